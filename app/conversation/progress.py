"""The progress comment: one to an issue, edited in place, and the one sentence for those who may not start work."""

from app.conversation.quoting import code, inert
from app.domain.task import Task


def progress_comment(task: Task) -> str:
    """The whole comment for the task as it stands; its hidden marker comes first, so that ACS finds it again."""
    return f"{task.marker}\n{_heading(task)}\n\n{_body(task)}\n\n{_footer(task)}\n"


def refusal(reason: str, marker: str) -> str:
    """One polite sentence to somebody who may not start work."""
    return f"{marker}\nThank you for asking; {inert(reason)}, so ACS leaves this one to the maintainers.\n"


def _heading(task: Task) -> str:
    match task.state:
        case "working":
            return "### ⏳ Working on it"
        case "needs_input":
            return "### ✏️ ACS needs something from you"
        case "proposed":
            return "### ✅ Done: a draft pull request is open"
        case "failed":
            return "### ❌ This did not work"
        case "cancelled":
            return "### ⏹️ Cancelled"


def _body(task: Task) -> str:
    match task.state:
        case "working":
            return (
                "The request was taken as it stood when the label was added. A draft pull request follows here; "
                "remove the label or close the issue to stop." + (f"\n\n{task.note}" if task.note else "")
            )
        case "proposed":
            return _proposed(task)
        case "needs_input" | "failed" | "cancelled":
            return task.message


def _proposed(task: Task) -> str:
    if task.proposal is None:
        return ""
    proposal = task.proposal
    lines = [
        f"- Pull request: #{proposal.pull}",
        f"- Branch: {code(proposal.branch)}, made from {code(proposal.base.branch)} at {code(proposal.base.sha[:12])}",
        f"- Commit: {code(proposal.head_sha[:12])}, " + ("signed" if proposal.is_verified else "not signed"),
        f"- Tests: {inert(task.tests.title) if task.tests else 'waiting for the first check'}",
    ]
    return "\n".join(lines)


def _footer(task: Task) -> str:
    took = f" · {_seconds(task)}" if task.finished_at else ""
    return f"<sub>Run {task.run.number}, asked for by {inert(task.run.requested_by.login)}{took}</sub>"


def _seconds(task: Task) -> str:
    if task.finished_at is None:
        return ""
    return f"{(task.finished_at - task.run.started_at).total_seconds():.1f} s"


NEXT_STEP = "Remove the label and add it again to try once more."


def failure_message(reason: str) -> str:
    """Why a run ended without a change, and the next step."""
    return f"{inert(reason)}\n\n{NEXT_STEP}"


def cancelled_message(by: str, how: str) -> str:
    """Who took the request back, and what is left of it: nothing."""
    return f"{inert(by)} {how}. Nothing was changed. Add the label again to start over."


def gone_message() -> str:
    """The request is not there any more, and nobody told us who took it back."""
    return "The label was removed, or the issue was closed. Nothing was changed. Add the label again to start over."
