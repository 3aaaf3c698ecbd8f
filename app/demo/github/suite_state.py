"""A check suite's status and conclusion, which are those of its check runs taken together."""

from collections.abc import Iterable

from app.demo.github.records import CheckRun, CheckStatus, Conclusion

# From what weighs most to what weighs least.
WORST_FIRST: tuple[Conclusion, ...] = (
    "failure",
    "timed_out",
    "action_required",
    "cancelled",
    "success",
    "neutral",
    "skipped",
)


def latest(runs: Iterable[CheckRun]) -> list[CheckRun]:
    """Of the runs of one name in one suite only the newest counts."""
    return list({(run.suite_id, run.name): run for run in runs}.values())


def state_of(runs: Iterable[CheckRun]) -> tuple[CheckStatus, Conclusion | None]:
    counted = latest(runs)
    if all(run.status == "completed" for run in counted) and counted:
        conclusions = {run.conclusion for run in counted}
        return "completed", next((one for one in WORST_FIRST if one in conclusions), None)
    return ("in_progress" if any(run.status != "queued" for run in counted) else "queued"), None
