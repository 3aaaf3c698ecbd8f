"""A delivery is done again because an admin of its repository asks for it: of no other repository."""

from app.conversation.commands.answers import redelivered_words, refusal_words
from app.domain.command import Refusal
from app.intake.redeliver import redeliver
from app.jobs import AnswerCommand, RedeliverAsked
from app.ports.clock import Clock
from app.ports.hook_deliveries import HookDeliveries
from app.ports.journal import Wakeups
from app.ports.record import Jobs
from app.ports.redelivery import Redelivery, Unknown
from app.ports.sweep import SweepLedger


def redeliver_asked(
    job: RedeliverAsked,
    *,
    redelivery: Redelivery,
    ledger: SweepLedger,
    hook_deliveries: HookDeliveries,
    wakeups: Wakeups,
    clock: Clock,
    jobs: Jobs,
) -> None:
    """Have the delivery done again, and answer what came of it.

    Raises:
        RepoError: GitHub does not let the App in, or does not keep the delivery any more.
        TransientError: GitHub or the database does not answer now.
    """
    asked = job.asked
    if not _is_of(asked.on.repo.repo_id, job.guid, redelivery=redelivery, ledger=ledger):
        fix = "Compare the GUID; whoever runs ACS finds others with `acs redeliver`."
        refusal = Refusal("not_known", "a delivery about this repository", "ACS knows none of that GUID", fix)
        jobs.add(AnswerCommand(asked, refusal_words(refusal), is_done=False))
        return
    outcome = redeliver(
        job.guid,
        by=asked.by.login,
        is_forced=False,
        journal=redelivery,
        ledger=ledger,
        github=hook_deliveries,
        wakeups=wakeups,
        clock=clock,
    )
    jobs.add(AnswerCommand(asked, redelivered_words(outcome, job.guid), is_done=not isinstance(outcome, Unknown)))


def _is_of(repo_id: int, guid: str, *, redelivery: Redelivery, ledger: SweepLedger) -> bool:
    if (kept := redelivery.repository_of(guid)) is not None:
        return kept == repo_id
    expected = ledger.expected([guid]).get(guid)
    return expected is not None and expected.repository_id == repo_id
