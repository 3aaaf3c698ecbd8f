"""`docs/commands.md`, written from the table: `python -m app.conversation.commands.page > docs/commands.md`."""

from typing import get_args

from app.conversation.commands.table import TABLE, Row
from app.domain.command import ProblemReason, RefusalReason

_HEAD = """\
# Commands

Written from `app/conversation/commands/table.py`; a test holds it so.

A command is the first line of a new comment on an issue or a pull request. The line begins with `/acs`, holds
at most 300 characters, and is plain text: what stands in code, in a quote, in a list or in HTML asks for
nothing, and neither does an edited comment. One comment holds one command. Values with spaces stand in double
quotes: `--reason "a release"`.

ACS reacts with 👀 when it takes up what takes a while, 🚀 when it is done, 👎 when it is refused and 😕 when it was
not understood. The words are in one comment of ACS's on that issue or pull request, which is edited in place.

Who may ask is what GitHub says of the person who wrote the comment, at that moment. Bots are not heard, unless
the operator names their ids in `ACS_ALLOWED_BOTS`; those may what people with write permission may.

| command | does | for | on |
| --- | --- | --- | --- |
"""


def page() -> str:
    """The whole page."""
    rows = "\n".join(map(_row, TABLE))
    options = "\n".join(line for row in TABLE for line in _options(row))
    reasons = "\n".join(f"- {title}: {', '.join(f'`{code}`' for code in codes)}" for title, codes in _reasons())
    return f"{_HEAD}{rows}\n\n{options}\n\n## Reasons\n\nEach answer that says no names its reason:\n\n{reasons}\n"


def _row(row: Row) -> str:
    who = "everybody" if row.needs == "read" else f"{row.needs} permission"
    return f"| `{row.usage}` | {row.does} | {who} | {', '.join(row.places)} |"


def _options(row: Row) -> list[str]:
    arguments = [(row.argument.kind.name, row.argument)] if row.argument and row.argument.kind else []
    named = [*arguments, *((f"--{option.name}", option) for option in row.options)]
    return [
        f"- `{name}` of `{row.verb}`: {parameter.does}" + (f"; {parameter.kind.expected}" if parameter.kind else "")
        for name, parameter in named
    ]


def _reasons() -> list[tuple[str, tuple[str, ...]]]:
    return [("not understood", get_args(ProblemReason)), ("not done", get_args(RefusalReason))]


if __name__ == "__main__":
    print(page(), end="")
