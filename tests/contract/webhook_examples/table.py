"""What ACS answers to each published payload, and which jobs it leads to: `expected.tsv`, one line a payload.

`python -m tests.contract.webhook_examples.table` writes it anew, so that a change of behaviour shows as a diff.
"""

import csv
from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.contract.webhook_examples.examples import Example, examples
from tests.contract.webhook_examples.receiver import Receiver, receiver

EXPECTED = Path(__file__).with_name("expected.tsv")


@dataclass(frozen=True)
class Row:
    """`installation` says whether the payload came with one or was given one: GitHub tells no App anything without."""

    event: str
    index: str
    action: str
    installation: str
    status: str
    delivery: str
    jobs: str


def observe(folder: Path) -> list[Row]:
    """Deliver every example to a receiver of its own, and see what comes of it."""
    with receiver(folder) as receiving:
        for one in examples():
            receiving.deliver(one.event, one.guid, one.told_to_an_app)
        receiving.drain()
        return [row_of(receiving, one) for one in examples()]


def read() -> list[Row]:
    with EXPECTED.open(newline="") as file:
        return [Row(*line) for line in list(csv.reader(file, dialect="excel-tab"))[1:]]


def write(rows: Sequence[Row]) -> None:
    with EXPECTED.open("w", newline="") as file:
        table = csv.writer(file, dialect="excel-tab", lineterminator="\n")
        table.writerow([one.name for one in fields(Row)])
        table.writerows([astuple(row) for row in rows])


def row_of(receiving: Receiver, one: Example) -> Row:
    """What came of an example that was delivered."""
    kept = receiving.kept(one.guid)
    return Row(
        one.event,
        str(one.index),
        one.action or "-",
        "came" if one.has_installation else "given",
        str(kept.status),
        kept.state,
        " ".join(receiving.jobs(one.guid)) or "-",
    )


if __name__ == "__main__":
    with TemporaryDirectory() as scratch:
        write(observe(Path(scratch)))
