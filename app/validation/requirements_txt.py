"""Reading a hashed `requirements.txt`, strictly: exact versions, hashes, nothing that changes where packages come from.

https://pip.pypa.io/en/stable/topics/secure-installs/#hash-checking-mode
"""

import re
from dataclasses import dataclass

_PIN = re.compile(r"^(?P<name>[A-Za-z0-9][A-Za-z0-9._-]*)(?:\[[A-Za-z0-9._, -]*\])?\s*==\s*(?P<version>[^\s;,]+)")
_COMMENT = re.compile(r"(?:^|\s)#.*$")
_HASH = "--hash="


@dataclass(frozen=True, slots=True)
class Unpinned:
    """The first line that ACS does not install from, and why not."""

    line: int
    why: str


def pins(requirements: str) -> dict[str, str] | Unpinned:
    """The exact version of each distribution, by normalised name."""
    pinned: dict[str, str] = {}
    for number, line in _logical_lines(requirements):
        pin = _PIN.match(line)
        if line == "--require-hashes":
            continue
        if line.startswith("-"):
            return Unpinned(number, "options are not allowed: list every package in this one file")
        if pin is None:
            return Unpinned(number, "only packages with an exact version (`name==1.2.3`) are installed")
        if _HASH not in line:
            return Unpinned(number, f"{pin['name']} has no hash")
        pinned[re.sub(r"[-_.]+", "-", pin["name"]).lower()] = pin["version"]
    return pinned


def _logical_lines(text: str) -> list[tuple[int, str]]:
    """Lines with their continuations joined and their comments gone, each with the number of its first line."""
    joined: list[tuple[int, list[str]]] = []
    continues = False
    for number, line in enumerate(text.splitlines(), start=1):
        bare = _COMMENT.sub("", line).strip()
        if not continues:
            joined.append((number, []))
        joined[-1][1].append(bare.removesuffix("\\").strip())
        continues = bare.endswith("\\")
    return [(number, " ".join(parts).strip()) for number, parts in joined if any(parts)]
