"""What a model is told of edits that did not fit: those alone, with the real lines, and what must not be sent again."""

import re
from collections.abc import Iterator, Sequence

from app.generation.edits.edit import AddImport, Edit, Replace, ReplaceDefinition
from app.generation.edits.result import Problem, Rejected

MAX_CHARS = 16_000
_MOST_PROBLEMS = 20
_MOST_LINES = 40
_MOST_MATCHED = 30
_LONGEST_LINE = 300
_LONGEST_PROBLEM = 1_500
_LEFT_OUT = "The rest is left out here because it is too long."


def repair_prompt(problems: Sequence[Problem], matched: Sequence[Edit] = ()) -> str:
    """The text of one repair prompt, at most 16,000 characters; lines of files are quoted as data."""
    parts = [f"{len(problems)} of your edits could not be applied, so nothing was changed. Send these again, mended:"]
    for number, problem in enumerate(problems[:_MOST_PROBLEMS], start=1):
        parts.append("\n".join(_told(number, problem)))
    if len(problems) > _MOST_PROBLEMS:
        parts.append(f"There are {len(problems) - _MOST_PROBLEMS} more like these.")
    closing = "\n".join(_closing(matched))
    room = MAX_CHARS - len(closing) - len(_LEFT_OUT) - 4
    kept: list[str] = []
    for part in parts:
        if sum(map(len, kept)) + 2 * len(kept) + len(part) > room:
            kept.append(_LEFT_OUT)
            break
        kept.append(part)
    return "\n\n".join([*kept, closing] if closing else kept)


def repair_prompt_of(rejected: Rejected) -> str:
    """The repair prompt of edits that were rejected."""
    return repair_prompt(rejected.problems, rejected.matched)


def _told(number: int, problem: Problem) -> Iterator[str]:
    yield f"{number}. {str(problem)[:_LONGEST_PROBLEM]} ({problem.reason})"
    written = _written(problem.edit)
    if written:
        yield "You wrote:"
        yield _quoted(written)
    if problem.nearest is not None:
        last = problem.nearest.first_line + len(problem.nearest.lines) - 1
        yield f"The file has, lines {problem.nearest.first_line} to {last}:"
        yield _quoted(problem.nearest.lines)


def _written(edit: Edit | None) -> Sequence[str]:
    match edit:
        case Replace(search=search):
            return search
        case ReplaceDefinition(code=code) | AddImport(code=code):
            return code
        case _:
            return ()


def _closing(matched: Sequence[Edit]) -> Iterator[str]:
    if not matched:
        return
    yield "These edits fit and are kept: do not send them again."
    for edit in matched[:_MOST_MATCHED]:
        where = f" (answer line {edit.line})" if edit.line else ""
        yield f"- {edit.path[:_LONGEST_LINE]}{where}"
    if len(matched) > _MOST_MATCHED:
        yield f"- and {len(matched) - _MOST_MATCHED} more"


def _quoted(lines: Sequence[str]) -> str:
    shown = [line[:_LONGEST_LINE] for line in lines[:_MOST_LINES]]
    if len(lines) > _MOST_LINES:
        shown.append(f"[{len(lines) - _MOST_LINES} more lines]")
    longest = max((len(run) for line in shown for run in re.findall("`+", line)), default=0)
    fence = "`" * max(3, longest + 1)
    return "\n".join([fence, *shown, fence])
