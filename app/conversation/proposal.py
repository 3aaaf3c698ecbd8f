"""The commit and the draft pull request that ACS proposes."""

from datetime import timedelta

from app.conversation.quoting import code, fenced, inert, title
from app.domain.change import Change, Remark
from app.domain.task import Base, Task

LONGEST_TITLE = 120
LONGEST_ASKED = 4_000
MOST_REMARKS = 50


def pull_title(task: Task) -> str:
    """The issue's title, on one line, without what GitHub would read as a mention."""
    return title(task.run.title, LONGEST_TITLE) or f"Answer issue {task.issue.number}"


def commit_message(task: Task, change: Change) -> str:
    """Subject, what it answers, and the requester as co-author.

    https://docs.github.com/en/pull-requests/committing-changes-to-your-project/creating-and-editing-commits/creating-a-commit-with-multiple-authors
    """
    by = task.run.requested_by
    return f"{change.title}\n\nAsked for in #{task.issue.number}.\n\nCo-authored-by: {by.login} <{by.noreply_email}>\n"


def pull_body(task: Task, change: Change, base: Base, *, took: timedelta) -> str:
    """What was asked, what was done, what was read, time and cost; it closes the issue when it is merged."""
    return "\n\n".join(
        (
            f"{task.marker}\nCloses #{task.issue.number}",
            f"## What was asked\n\n{_asked(task)}",
            f"## What was done\n\n{_files(change)}\n\n{change.documentation.strip()}",
            f"## What was read\n\n{_read(change, base)}",
            *_remarks(change),
            f"## Time and cost\n\n{_cost(change, took)}",
            "<sub>Made by ACS. Everything in it is a proposal: read it before you merge it.</sub>",
        )
    )


def _asked(task: Task) -> str:
    words = task.run.body.strip()
    shown = words if len(words) <= LONGEST_ASKED else words[:LONGEST_ASKED] + "\n…"
    asked = f"{inert(task.run.requested_by.login)} asked, when the label was added: **{inert(task.run.title)}**"
    return (
        f"{asked}\n\n<details><summary>The whole request</summary>\n\n{fenced(shown)}\n\n</details>" if words else asked
    )


def _files(change: Change) -> str:
    verbs = {"create": "new", "modify": "changed", "delete": "deleted"}
    roles = [(file, "documentation" if file.path.endswith(".md") else "code") for file in change.files]
    roles += [(test, "test") for test in change.tests]
    rows = [f"| {code(file.path)} | {role} | {verbs[file.operation]} |" for file, role in roles]
    return "\n".join(["| file | what | |", "|---|---|---|", *rows])


def _read(change: Change, base: Base) -> str:
    first = f"- branch {code(base.branch)} at {code(base.sha[:12])}: the base of the change"
    return "\n".join([first, *(f"- {inert(item.what)}: {inert(item.why)}" for item in change.read)])


def _remarks(change: Change) -> tuple[str, ...]:
    """What was kept from the model, and what it read that seemed to be meant for one."""
    if not change.remarks:
        return ()
    shown = "\n".join(f"- {_remark(remark)}" for remark in change.remarks[:MOST_REMARKS])
    more = len(change.remarks) - MOST_REMARKS
    return (f"## What the texts hid\n\n{shown}" + (f"\n- and {more} more" if more > 0 else ""),)


def _remark(remark: Remark) -> str:
    done = "read by the model as data" if remark.was_read else "kept from the model"
    return f"{inert(remark.where)}, line {remark.line}: {remark.what}, {done}: {code(remark.excerpt, 160)}"


def _cost(change: Change, took: timedelta) -> str:
    spent = (
        "no model was asked, so it cost no tokens"
        if not change.metadata.tokens_used
        else (f"{change.metadata.tokens_used:,} tokens")
    )
    return (
        f"{took.total_seconds():.1f} s from the label to this pull request, "
        f"{change.metadata.generation_time_ms} ms of it generation by {code(change.metadata.model)}; {spent}."
    )
