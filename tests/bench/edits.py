"""Imperfect edits, applied by ACS and by Aider's search/replace applier: correct, rejected and wrong counted apart.

Aider is installed into an environment of its own and runs its own code there, in a process of its own.
https://aider.chat/docs/more/edit-formats.html#diff
"""

import json
import subprocess
import sys
from base64 import b64decode, b64encode
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, TypeAdapter

from app.generation.edits.applying import apply
from app.generation.edits.reading.search_replace import SearchReplaceReader
from app.generation.edits.result import Applied
from tests.bench.edits_corpus import SEED, Case, corpus
from tests.bench.figures import Figure
from tests.bench.report import machine
from tests.bench.shop import open_folder
from tests.fakes.checkout import FakeCheckout

RIVAL = "aider-chat==0.86.2"
ENVIRONMENT = Path(__file__).resolve().parents[2] / "build" / RIVAL
_SCRIPT = Path(__file__).with_name("edits_rival.py")
_RIVAL_SECONDS = 1_200
_LOCAL = {"LITELLM_LOCAL_MODEL_COST_MAP": "True", "PATH": "/usr/bin:/bin"}  # it asks nobody for prices

Verdict = Literal["correct", "rejected", "wrong"]
Tree = Mapping[str, bytes]
VERDICTS: Sequence[Verdict] = ("correct", "rejected", "wrong")


@dataclass(frozen=True, slots=True)
class After:
    """All files after an answer, and whether the applier says that it took the answer."""

    files: Tree
    is_applied: bool


class _Result(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    files: dict[str, str]
    is_applied: bool


Scores = Counter[tuple[str, Verdict]]


def measure() -> Sequence[Figure]:
    cases = tuple(corpus())
    ours = scores(cases, map(acs, cases))
    results = aider(cases)
    theirs, forgiven = scores(cases, results), scores(cases, results, forgiving=True)
    rival = max(_rate(theirs), _rate(forgiven))
    conditions = (
        f"{len(cases):,} answers in {len({case.category for case in cases})} categories, seed {SEED}, the corpus "
        f"committed before the applier; {RIVAL} through `EditBlockCoder.apply_updates`; correct is the one right tree "
        "byte for byte, or nothing written where there is none (of Aider it is enough that it says so); forgiven are "
        "white space at ends of lines, line ends, byte order marks and last line ends; correct/rejected/wrong of ACS, "
        f"Aider, Aider forgiven: {_by_category(cases, (ours, theirs, forgiven))}; {machine()}"
    )
    rates = {"Aider": _rate(theirs), "Aider, white space forgiven": _rate(forgiven)}
    wrong = {"Aider": _count(theirs, "wrong"), "Aider, white space forgiven": _count(forgiven, "wrong")}
    return [
        Figure("edits.correct_rate", _rate(ours), conditions, rates, rival=rival),
        Figure("edits.wrong_applications", _count(ours, "wrong"), "the same cases", wrong),
    ]


def acs(case: Case) -> After:
    """What ACS makes of a case."""
    reader = SearchReplaceReader()
    edits = reader.feed(case.answer)
    rest, problems = reader.end()
    applied = None if problems else apply((*edits, *rest), FakeCheckout(case.files))
    if not isinstance(applied, Applied):
        return After(case.files, is_applied=False)
    gone = {file.path for file in applied.files if file.operation == "delete"}
    written = {file.path: file.content_bytes for file in applied.files if file.operation != "delete"}
    kept = {path: content for path, content in case.files.items() if path not in gone}
    return After({**kept, **written}, is_applied=True)


def aider(cases: Iterable[Case]) -> Sequence[After]:
    """What Aider makes of the cases, each in a folder of its own."""
    asked = [
        {"files": {path: _text(content) for path, content in case.files.items()}, "answer": case.answer}
        for case in cases
    ]
    with open_folder() as folder:
        done = subprocess.run(
            [_python(), str(_SCRIPT), str(folder)],
            input=json.dumps(asked),
            text=True,
            capture_output=True,
            timeout=_RIVAL_SECONDS,
            env={**_LOCAL, "HOME": str(folder)},
            check=False,
        )
    if done.returncode:
        raise RuntimeError(f"{RIVAL} failed: {done.stderr[-2_000:]}")
    results = TypeAdapter(list[_Result]).validate_json(done.stdout)
    return [
        After({path: b64decode(text) for path, text in result.files.items()}, result.is_applied) for result in results
    ]


def scores(cases: Sequence[Case], results: Iterable[After], *, forgiving: bool = False) -> Scores:
    """How many of each category got which verdict."""
    return Counter(
        (case.category, verdict(case, after, forgiving=forgiving)) for case, after in zip(cases, results, strict=True)
    )


def verdict(case: Case, after: After, *, forgiving: bool = False) -> Verdict:
    """Nothing said to be applied is right where nothing may be; a tree that is not the right one is wrong only then."""
    look = _forgiven if forgiving else dict[str, bytes]
    right = case.files if case.expected is None else case.expected
    if look(after.files) == look(right) or (case.expected is None and not after.is_applied):
        return "correct"
    return "wrong" if after.is_applied else "rejected"


def _forgiven(tree: Tree) -> dict[str, bytes]:
    return {path: b"\n".join(line.rstrip() for line in _lines(content)) for path, content in tree.items()}


def _lines(content: bytes) -> Sequence[bytes]:
    return content.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n").rstrip(b"\n").split(b"\n")


def _count(found: Scores, wanted: Verdict) -> int:
    return sum(count for (_, verdict), count in found.items() if verdict == wanted)


def _rate(found: Scores) -> float:
    return 100 * _count(found, "correct") / found.total()


def _by_category(cases: Sequence[Case], all_scores: Sequence[Scores]) -> str:
    categories = dict.fromkeys(case.category for case in cases)
    rows = {
        category: ", ".join("/".join(str(found[category, verdict]) for verdict in VERDICTS) for found in all_scores)
        for category in categories
    }
    return "; ".join(f"{category} {row}" for category, row in rows.items())


def _text(content: bytes) -> str:
    return b64encode(content).decode()


def _python() -> str:
    """The Python of an environment that has Aider; it is made the first time."""
    python = ENVIRONMENT / "bin" / "python"
    if not (ENVIRONMENT / ".ready").exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(ENVIRONMENT)], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", RIVAL], check=True, capture_output=True)
        (ENVIRONMENT / ".ready").touch()
    return str(python)
