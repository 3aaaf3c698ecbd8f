"""Are edits fit to be proposed? They apply exactly, keep the limits, can be parsed, and hold no secret."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.domain.change import Constraints, GeneratedFile, Violation
from app.generation.constraints import violations
from app.generation.edits.applying import apply
from app.generation.edits.edit import Edit
from app.generation.edits.repair import repair_prompt
from app.generation.edits.result import Applied, PlacedHunk, Problem, Rejected
from app.generation.languages.syntax import new_syntax_problems
from app.governance.redaction import redact
from app.ports.checkouts import Checkout


@dataclass(frozen=True, slots=True)
class Fit:
    """A change that may be proposed; `inexact` are the places where the model's words and the file's differed."""

    files: tuple[GeneratedFile, ...]
    inexact: tuple[PlacedHunk, ...]


@dataclass(frozen=True, slots=True)
class Unfit:
    """Why the edits cannot be proposed. `kept` need not be written again; `prompt` asks the model for the rest."""

    problems: tuple[str, ...]
    kept: tuple[Edit, ...]
    prompt: str


@dataclass(frozen=True, slots=True)
class BeyondLimits:
    """The edits fit, and the change they make breaks its limits."""

    violations: tuple[Violation, ...]
    files: tuple[GeneratedFile, ...]


def judge(
    edits: Sequence[Edit], unread: Sequence[Problem], base: Checkout, constraints: Constraints
) -> Fit | Unfit | BeyondLimits:
    """What becomes of the edits of an answer; `unread` is what in it could not be read as one."""
    applied = apply(edits, base)
    match applied:
        case Rejected():
            problems = (*unread, *applied.problems)
            return Unfit(tuple(map(str, problems)), applied.matched, repair_prompt(problems, applied.matched))
        case Applied() if unread:
            return Unfit(tuple(map(str, unread)), tuple(edits), repair_prompt(unread, tuple(edits)))
        case Applied():
            return _judge(applied, base, constraints)


def _judge(applied: Applied, base: Checkout, constraints: Constraints) -> Fit | Unfit | BeyondLimits:
    broken = violations(applied.files, constraints, before=base.read, base_paths=base.paths())
    if broken:
        return BeyondLimits(broken, applied.files)
    problems = tuple(_problems(applied.files, base))
    if problems:
        listed = "\n".join(f"- {problem}" for problem in problems)
        prompt = (
            f"Nothing was changed, because the files would be wrong afterwards:\n\n{listed}\n\nSend all edits again."
        )
        return Unfit(problems, (), prompt)
    return Fit(applied.files, applied.inexact)


def _problems(files: Sequence[GeneratedFile], base: Checkout) -> Iterator[str]:
    for file in files:
        if file.operation == "delete":
            continue
        before = base.read(file.path) if file.operation == "modify" else None
        yield from map(str, new_syntax_problems(file.path, before, file.content_bytes))
        if _has_new_secret(before, file.content_bytes):
            yield f"{file.path}: holds what looks like a credential: read it from the environment instead"


def _has_new_secret(before: bytes | None, after: bytes) -> bool:
    """Whether more of the text is redacted than before."""
    return _redacted(after) > _redacted(before or b"")


def _redacted(content: bytes) -> int:
    text = content.decode(errors="replace")
    return redact(text).count("[redacted]") - text.count("[redacted]")
