"""What people read about the configuration of a repository: the check run "ACS / config", and the answer on an issue.

https://docs.github.com/en/rest/checks/runs#update-a-check-run
"""

from collections.abc import Iterable

from app.conversation.quoting import code, inert
from app.domain.config_check import ConfigJudgement, ConfigProblem, KeyChange
from app.domain.plain_text import one_line, plain
from app.ports.code_host import Annotation, CheckOutput, Conclusion

CONFIG_CHECK = "ACS / config"
PROBLEMS_LISTED = 50
LONGEST_MESSAGE = 500
LONGEST_VALUE = 150
PAGE = "`acs check-config` says the same on your machine."


def config_queued() -> CheckOutput:
    return CheckOutput("Read", "The configuration of this commit was read; what came of it follows.")


def config_not_needed() -> tuple[Conclusion, CheckOutput]:
    """What stands on a head that nobody waits for any more."""
    return "cancelled", CheckOutput("Not needed any more", "The pull request has newer commits, or is closed.")


def config_output(judgement: ConfigJudgement) -> tuple[Conclusion, CheckOutput]:
    """How the check run ends, and what is to be read on it: every problem on its line, or what would change."""
    if judgement.reason:
        said = f"ACS could not read the configuration of this commit: {inert(judgement.reason)}."
        return "failure", CheckOutput("The configuration could not be read", said)
    if judgement.problems:
        return "failure", _invalid(judgement)
    return "success", _valid(judgement)


def config_answer(problems: tuple[ConfigProblem, ...], *, branch: str) -> str:
    """Markdown for the issue: why no code is written in a repository whose configuration is invalid."""
    return "\n\n".join(
        (
            f"ACS writes no code here while its configuration on {code(branch)} is invalid:",
            _list(problems),
            f"Mend it there, then remove the label and add it again. {PAGE}",
        )
    )


def _invalid(judgement: ConfigJudgement) -> CheckOutput:
    problems = judgement.problems
    own = [problem for problem in problems if not problem.repository]
    title = f"{_count(problems)} to mend" if own else "The organisation's configuration is invalid"
    return CheckOutput(
        title=title,
        summary="\n\n".join(
            (
                "This configuration is invalid. Once it is merged, ACS writes no code in this repository.",
                _list(problems),
                f"{PAGE}\n\n{_defaults(judgement)}",
            )
        ),
        annotations=tuple(map(_annotation, own)),
    )


def _valid(judgement: ConfigJudgement) -> CheckOutput:
    branch, changes = code(judgement.base_branch), judgement.changes
    if not changes:
        said = f"This configuration is valid, and nothing is different from what holds on {branch}."
        return CheckOutput("Valid; nothing changes in effect", f"{said}\n\n{_defaults(judgement)}")
    values = "1 value changes" if len(changes) == 1 else f"{len(changes)} values change"
    return CheckOutput(
        f"Valid; {values}",
        "\n\n".join(
            (
                f"This configuration is valid. Merged into {branch}, it changes:",
                _table(changes),
                f"Until then, the configuration on {branch} decides.",
                _defaults(judgement),
            )
        ),
    )


def _defaults(judgement: ConfigJudgement) -> str:
    return f"Defaults of the organisation: {inert(judgement.defaults)}."


def _table(changes: Iterable[KeyChange]) -> str:
    rows = [f"| {code(one.key)} | {_before(one)} | {_value(one.after)} | {_value(one.default)} |" for one in changes]
    return "\n".join(["| key | now | then | default |", "|---|---|---|---|", *rows])


def _before(change: KeyChange) -> str:
    return "invalid" if change.before is None else _value(change.before)


def _value(value: str) -> str:
    return code(value.replace("|", "¦"), LONGEST_VALUE)  # a bar would end the cell, even in code


def _list(problems: tuple[ConfigProblem, ...]) -> str:
    lines = [f"- {code(_place(one), 300)}: {inert(one.message, LONGEST_MESSAGE)}" for one in problems[:PROBLEMS_LISTED]]
    more = len(problems) - PROBLEMS_LISTED
    return "\n".join([*lines, f"- and {more} more"] if more > 0 else lines)


def _place(problem: ConfigProblem) -> str:
    where = f"{problem.repository}: " if problem.repository else ""
    return f"{where}{problem.path}:{problem.line}"


def _count(problems: tuple[ConfigProblem, ...]) -> str:
    return "1 thing" if len(problems) == 1 else f"{len(problems)} things"


def _annotation(problem: ConfigProblem) -> Annotation:
    message = plain(problem.message, LONGEST_MESSAGE)
    title = one_line(f"{problem.path}:{problem.line}:{problem.column}", 200)
    return Annotation(problem.path, problem.line, problem.line, "failure", title=title, message=message)
