"""What a command printed: its beginning and its end, in constant memory, as plain text."""

import re
from collections import deque
from typing import IO

_CHUNK = 1 << 16

# https://ecma-international.org/publications-and-standards/standards/ecma-48/ §5: escape and control sequences
_CONTROL = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]"  # cursor, colour
    r"|\x1b\][^\x07\x1b\n]*(?:\x07|\x1b\\)"  # titles, links
    r"|\x1b[PX^_][^\x1b\n]*\x1b\\"  # device control and other strings
    r"|\x1b[ -/]*[0-~]"
    r"|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]"
)


def drain(stream: IO[bytes], limit: int) -> str:
    """Read a stream to its end; keep the first and the last half of `limit` bytes, as plain text."""
    head = bytearray()
    tail: deque[bytes] = deque()
    tail_size = left_out = 0
    while chunk := stream.read(_CHUNK):
        room = limit // 2 - len(head)
        head += chunk[:room] if room > 0 else b""
        tail.append(chunk[max(room, 0) :])
        tail_size += len(tail[-1])
        while tail_size - len(tail[0]) >= limit // 2:
            tail_size -= len(tail[0])
            left_out += len(tail.popleft())
    end = b"".join(tail)
    surplus = max(len(end) - limit // 2, 0)
    return _join(bytes(head), end[surplus:], left_out + surplus)


def plain(text: str) -> str:
    """The text without what would move a cursor, colour, ring, retitle or link; every line end is a line feed."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def _join(head: bytes, tail: bytes, left_out: int) -> str:
    if not left_out:
        return plain((head + tail).decode("utf-8", "replace"))
    cut = f"\n… {left_out} bytes left out …\n"
    return plain(head.decode("utf-8", "replace")) + cut + plain(tail.decode("utf-8", "replace"))
