"""Every command there is, once: parser, help, permissions and `docs/commands.md` are read from this table.

A command more is a dataclass in `app/domain/command.py`, a row here, and the function that does it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from app.conversation.commands.arguments import GUID, PATH, TEXT, Given, Parameter, one_of
from app.domain.command import (
    Cancel,
    Command,
    Help,
    Pause,
    Ping,
    Redeliver,
    Resume,
    Retry,
    Run,
    Status,
    Version,
    Why,
)
from app.ports.code_host import Permission

Place = Literal["issue", "pull request"]
ANYWHERE: tuple[Place, ...] = ("issue", "pull request")
TEMPLATES = "templates"


@dataclass(frozen=True, slots=True)
class Row:
    """One command. `needs` is the least permission with which somebody may ask for it."""

    verb: str
    does: str
    needs: Permission
    make: Callable[[Given], Command]
    argument: Parameter | None = None
    options: tuple[Parameter, ...] = ()
    places: tuple[Place, ...] = ANYWHERE

    @property
    def usage(self) -> str:
        """The command as it is typed, what may be left out in brackets."""
        words = [f"/acs {self.verb}"]
        if self.argument and self.argument.kind:
            name = self.argument.kind.name
            words.append(name if self.argument.is_required else f"[{name}]")
        words += [f"[--{option.name}{f' {option.kind.name}' if option.kind else ''}]" for option in self.options]
        return " ".join(words)


_ROWS = (
    Row("status", "says how the request stands, and what comes next", "read", lambda _: Status()),
    Row("why", "lists every fact for which it stands so", "read", lambda _: Why()),
    Row(
        "run",
        "asks for a change, as adding the label does: the issue is taken as it stands when the comment is written",
        "write",
        lambda given: Run(given.get("spec", "")),
        options=(Parameter("spec", "take this document of the default branch as the request", PATH),),
        places=("issue",),
    ),
    Row(
        "retry",
        "begins another run of a request that ended without a change, from the issue as it stands now; on a pull "
        "request, runs its checks again",
        "write",
        lambda _: Retry(),
    ),
    Row(
        "cancel",
        "takes the request back, as removing the label does; a pull request that is open stays",
        "triage",
        lambda _: Cancel(),
    ),
    Row(
        "pause",
        "lets nothing new begin in this repository, neither runs nor checks; what goes on goes on",
        "maintain",
        lambda given: Pause(given.get("reason", "")),
        options=(Parameter("reason", "is shown to everybody who asks meanwhile", TEXT),),
    ),
    Row("resume", "lets new work begin again; what was asked for meanwhile begins too", "maintain", lambda _: Resume()),
    Row("ping", "says whether ACS listens", "read", lambda _: Ping()),
    Row("version", "says which version listens", "read", lambda _: Version()),
    Row(
        "redeliver",
        "does a delivery about this repository again that was given up, or that never arrived",
        "admin",
        lambda given: Redeliver(given["guid"]),
        argument=Parameter("guid", "which delivery", GUID, is_required=True),
    ),
)


def _help(rows: Sequence[Row]) -> Row:
    about = one_of("SUBJECT", ("help", *(row.verb for row in rows), TEMPLATES))
    return Row(
        "help",
        f"lists the commands, or explains one; `{TEMPLATES}` lists what this repository can ask for without a model",
        "read",
        lambda given: Help(given.get("about", "")),
        argument=Parameter("about", "a command", about),
    )


TABLE = (_help(_ROWS), *_ROWS)
VERBS = {row.verb: row for row in TABLE}


def row_of(command: Command) -> Row:
    """The row of a command."""
    return VERBS[type(command).__name__.lower()]
