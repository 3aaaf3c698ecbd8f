"""`acs deliveries` and `acs redeliver`: whether anything was lost, and doing it again."""

import json
import os
import pwd
import re
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Column, Table

from app.cli.services import services_of_this_process
from app.conversation.deliveries import closing_sentence, failed_delivery, last_read, next_step, redelivered
from app.domain.delivery_figures import Counts, DeliveryFigures, FailedDelivery
from app.errors import RepoError, TransientError
from app.intake.redeliver import redeliver as do_again
from app.ports.redelivery import BodyForgotten, Unknown
from app.wiring import Services

_GUID = re.compile(r"[A-Za-z0-9-]{1,64}")
_COLUMNS = {
    "received": "received",
    "done": "done",
    "failed": "failed",
    "in_flight": "in\nflight",
    "listed": "listed",
    "missing": "missing",
    "asked": "asked\nagain",
    "recovered": "recovered",
    "lost": "lost",
}


def show_deliveries(
    hours: Annotated[int, typer.Option(min=1, max=24 * 366, help="How far to look back")] = 24,
    failed: Annotated[bool, typer.Option("--failed", help="List those that need a person")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON")] = False,
) -> None:
    """Show what became of the deliveries of the last hours; exit status 1 when any is lost."""
    with _explained():
        services = _migrated_services()
        since = services.clock.now() - timedelta(hours=hours)
        if failed:
            _show_failed(services.delivery_figures.failed(since), as_json=as_json)
            return
        figures = services.delivery_figures.figures(since)
    if as_json:
        print(json.dumps(_document(figures)))
    else:
        _show_figures(figures, hours=hours, now=services.clock.now())
    if not figures.is_lossless:
        raise typer.Exit(1)


def redeliver(
    guid: Annotated[str, typer.Argument(help="The delivery's GUID, from the logs or the App's settings on GitHub")],
    force: Annotated[bool, typer.Option("--force", help="Decide it again though nothing of it failed")] = False,
) -> None:
    """Have a delivery done again: what was given up here, or what GitHub could not deliver."""
    if not _GUID.fullmatch(guid):
        typer.echo(
            f"“{guid}” is no GUID of a delivery: copy it from the log line, or from `acs deliveries --failed`.",
            err=True,
        )
        raise typer.Exit(2)
    with _explained():
        services = _migrated_services()
        outcome = do_again(
            guid,
            by=_operator(),
            is_forced=force,
            journal=services.redelivery,
            ledger=services.sweep_ledger,
            github=services.github.hook_deliveries(),
            wakeups=services.wakeups,
            clock=services.clock,
        )
    typer.echo(redelivered(outcome, guid))
    if isinstance(outcome, Unknown | BodyForgotten):
        raise typer.Exit(1)


def _migrated_services() -> Services:
    from app.adapters.sql import schema  # Alembic takes a while to import, and most commands do not need it

    services = services_of_this_process(level="WARN")
    if not schema.is_migrated(services.engine):
        raise TransientError("the database is not at this version's schema: run `acs migrate`")
    return services


@contextmanager
def _explained() -> Generator[None]:
    try:
        yield
    except (RepoError, TransientError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None


def _operator() -> str:
    """Who runs this command on this machine."""
    try:
        return f"operator:{pwd.getpwuid(os.getuid()).pw_name}"
    except KeyError:
        return f"operator:uid {os.getuid()}"


def _show_figures(figures: DeliveryFigures, *, hours: int, now: datetime) -> None:
    columns = [Column(title, justify="right", vertical="bottom") for title in _COLUMNS.values()]
    table = Table(Column("hour (UTC)", no_wrap=True), *columns, box=None, padding=(0, 1, 0, 0), pad_edge=False)
    for hour in figures.hours:
        table.add_row(f"{hour.starts_at:%m-%d %H:%M}", *_cells(hour.counts))
    table.add_row("together", *_cells(figures.total))
    Console().print(table)
    print("\n".join(filter(None, (last_read(figures.listed_at), closing_sentence(figures, hours=hours, now=now)))))


def _cells(counts: Counts) -> Sequence[str]:
    shown: dict[str, int] = asdict(counts)
    return [str(shown[name]) for name in _COLUMNS]


def _show_failed(found: Sequence[FailedDelivery], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps([{**asdict(one), "at": one.at.isoformat(), "next_step": next_step(one)} for one in found]))
        return
    for one in found:
        print(failed_delivery(one))
    print(f"{len(found)} failed." if found else "None failed.")


def _document(figures: DeliveryFigures) -> dict[str, object]:
    hours = [{"starts_at": hour.starts_at.isoformat(), **asdict(hour.counts)} for hour in figures.hours]
    listed_at = figures.listed_at.isoformat() if figures.listed_at else None
    return {"hours": hours, "total": asdict(figures.total), "listed_at": listed_at, "is_lossless": figures.is_lossless}
