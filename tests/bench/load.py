"""A load generator, in a process of its own: sends prepared deliveries when they are due, whatever came back so far.

An open model: a delivery that is answered late does not put off the next, as GitHub does not wait either. Times count
from when a delivery was due, so the generator's own lateness makes an answer look later, never earlier.
"""

import asyncio
import gc
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from tests.bench.figures import percentile

GIVE_UP_SECONDS = 30.0
SOON_SECONDS = 0.5


class Order(BaseModel):
    """Which deliveries to send where, and how many a second; `requests` are files that hold one HTTP request each."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    port: int
    per_second: float
    requests: tuple[Path, ...]


class Sent(BaseModel):
    """What became of one delivery: seconds after it was due."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    status: int  # 0 when there was no answer
    late: float
    answered: float


class Outcome(BaseModel):
    """What became of all of them, in the order in which they were due."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    deliveries: tuple[Sent, ...]

    def statuses(self) -> dict[int, int]:
        found = [one.status for one in self.deliveries]
        return {status: found.count(status) for status in sorted(set(found))}

    def answered_ms(self, percent: float) -> float:
        return 1000 * percentile([one.answered for one in self.deliveries], percent)

    def late_ms(self, percent: float) -> float:
        return 1000 * percentile([one.late for one in self.deliveries], percent)


async def send_all(order: Order) -> Outcome:
    """Send every delivery at its time, each on a connection of its own."""
    requests = [path.read_bytes() for path in order.requests]
    gc.disable()
    begin = asyncio.get_running_loop().time() + SOON_SECONDS
    sending: list[asyncio.Task[Sent]] = []
    for number, request in enumerate(requests):
        due = begin + number / order.per_second
        await asyncio.sleep(due - asyncio.get_running_loop().time())
        sending.append(asyncio.create_task(_send(order.port, request, due)))
    return Outcome(deliveries=tuple(await asyncio.gather(*sending)))


async def _send(port: int, request: bytes, due: float) -> Sent:
    late = time.monotonic() - due  # the clock of the loop
    try:
        status = await asyncio.wait_for(_status(port, request), GIVE_UP_SECONDS)
    except (OSError, ValueError, TimeoutError):
        status = 0
    return Sent(status=status, late=late, answered=time.monotonic() - due)


async def _status(port: int, request: bytes) -> int:
    """The status of the answer, once all of it is there."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(request)
        answer = await reader.read()
    finally:
        writer.close()
    return int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP/1.1 ") else 0


def main(arguments: Sequence[str]) -> None:
    (order,) = arguments
    print(asyncio.run(send_all(Order.model_validate_json(Path(order).read_text()))).model_dump_json())


if __name__ == "__main__":
    main(sys.argv[1:])
