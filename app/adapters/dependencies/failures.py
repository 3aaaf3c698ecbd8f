"""What an installer's output means: whose turn it is, the repository's or the network's."""

import re

from app.errors import RepoError, TransientError
from app.ports.dependencies import Ecosystem
from app.ports.sandbox import Outcome

_MOST_LINES = 12

# https://docs.npmjs.com/common-errors, https://nodejs.org/api/errors.html#common-system-errors
_UNREACHABLE = {
    "npm": re.compile(
        r"npm error code (?:E(?:429|5\d\d)|EAI_AGAIN|ENOTFOUND|ECONN\w+|ETIMEDOUT|ERR_SOCKET_TIMEOUT|EIDLETIMEOUT"
        r"|FETCH_ERROR|ENETUNREACH|EHOSTUNREACH)\b"
    ),
    "pip": re.compile(r"WARNING: Retrying \(|ConnectionError|ReadTimeoutError|\b(?:429|5\d\d) (?:Client|Server) Error"),
}
_DECISIVE = {
    "npm": re.compile(r"^npm error (?!code |A complete log|Log files)(\S.*)", re.M),
    "pip": re.compile(r"^((?:ERROR: |\s+Expected |\s+Got |\s*THESE PACKAGES).*)", re.M),
}
_USAGE = "npm error Usage:"
_MENDS = (
    (re.compile(r"npm error code EUSAGE"), "run `npm install` and commit package-lock.json"),
    (re.compile(r"code EINTEGRITY|DO NOT MATCH THE HASHES"), "lock the dependencies again and commit the lock file"),
    (
        re.compile(r"npm error code E404|No matching distribution"),
        "lock versions that are published, with wheels for pip",
    ),
)


def failure(ecosystem: Ecosystem, outcome: Outcome) -> Exception:
    """The error for an installer that did not succeed, with the lines of its output that decide."""
    output = outcome.output
    if outcome.ended == "timed_out":
        return TransientError(f"{ecosystem} did not finish installing in {outcome.duration.total_seconds():.0f} s")
    if outcome.ended == "out_of_memory":
        return RepoError(f"the {ecosystem} dependencies are too large for the sandbox's memory: install fewer of them")
    if _UNREACHABLE[ecosystem].search(output):
        return TransientError(f"the {ecosystem} registry did not answer: {_said(ecosystem, output)}")
    mend = next((mend for sign, mend in _MENDS if sign.search(output)), "mend it and push again")
    return RepoError(f"{ecosystem} could not install the dependencies: {mend}.\n{_said(ecosystem, output)}")


def _said(ecosystem: Ecosystem, output: str) -> str:
    decisive = _DECISIVE[ecosystem].findall(output.partition(_USAGE)[0])
    lines = [line.strip() for line in decisive] or output.strip().splitlines()[-_MOST_LINES:]
    return "\n".join(lines[:_MOST_LINES])
