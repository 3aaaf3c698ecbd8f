"""Pausing a repository, and letting work begin again."""

from app.conversation.commands.answers import paused_words, resumed_words
from app.domain.command import Pause, Refusal
from app.domain.paused import Paused
from app.domain.repo import Actor, RepoRef
from app.ports.clock import Clock
from app.ports.record import Switches


def pause(command: Pause, repo: RepoRef, by: Actor, *, switches: Switches, clock: Clock) -> str | Refusal:
    """Let nothing new begin in the repository; return what is said."""
    if known := switches.paused(repo):
        return Refusal("already_paused", "work that begins", paused_by(known), "Write `/acs resume` to let it begin.")
    paused = Paused(by.login, clock.now(), command.reason)
    switches.save_paused(repo, paused)
    return paused_words(paused)


def resume(repo: RepoRef, *, switches: Switches) -> str | Refusal:
    """Let new work begin again; what waits looks by itself."""
    if switches.paused(repo) is None:
        return Refusal("not_paused", "a paused repository", "new work begins here", "There is nothing to do.")
    switches.save_paused(repo, None)
    return resumed_words()


def refused_while_paused(repo: RepoRef, *, switches: Switches) -> Refusal | None:
    """Why nothing new is begun now."""
    known = switches.paused(repo)
    fix = "Ask a maintainer for `/acs resume`, then ask again."
    return Refusal("paused", "a repository that is not paused", paused_by(known), fix) if known else None


def paused_by(paused: Paused) -> str:
    """Since when nothing begins, by whom and why."""
    why = f": {paused.reason}" if paused.reason else ""
    return f"paused by {paused.by} since {paused.at:%Y-%m-%d %H:%M} UTC{why}"
