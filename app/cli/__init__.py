"""The `acs` command."""

import os
import sys
from pathlib import Path
from typing import Annotated, Literal, NoReturn

import typer
from rich.console import Console

from app.cli.check_config import check_config
from app.cli.deliveries import redeliver, show_deliveries
from app.cli.services import services_of_this_process
from app.domain.brief import BriefKind
from app.errors import TransientError
from app.generation.recipes.brief import FIELDS
from app.generation.recipes.catalogue import shipped_recipes
from app.generation.recipes.issue_form import brief_form, issue_form
from app.jobs import Queue
from app.settings import SettingsError
from app.worker.clock import asked_to_stop, hands, keep_time
from app.worker.processes import processes_of, supervise, work

cli = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
cli.command("deliveries")(show_deliveries)
cli.command("redeliver")(redeliver)
cli.command("check-config")(check_config)


def main() -> None:
    """Run the command; a wrong environment is a message and exit status 2, not a stack trace."""
    try:
        cli()
    except SettingsError as error:
        typer.echo(str(error), err=True)
        sys.exit(2)


@cli.command()
def migrate() -> None:
    """Bring the database to this version's schema."""
    from app.adapters.sql import schema  # Alembic takes a while to import, and no other command needs it

    try:
        schema.migrate(services_of_this_process().settings.sql_url)
    except (schema.NotMigrated, TransientError) as error:
        typer.echo(f"Nothing was migrated: {error}", err=True)
        raise typer.Exit(1) from None


@cli.command()
def serve() -> NoReturn:
    """Answer webhooks (gunicorn)."""
    settings = services_of_this_process().settings
    gunicorn = str(Path(sys.executable).with_name("gunicorn"))
    arguments = ["--workers=2", "--threads=8", "--worker-class=gthread", "--preload", "--backlog=1024"]
    os.execv(gunicorn, [gunicorn, *arguments, f"--bind={settings.listen}", "app.wsgi:application()"])


@cli.command()
def worker(
    one: Annotated[Queue | None, typer.Option(help="Be a single process, for one kind of work")] = None,
) -> None:
    """Do the work: short steps, long work, and what waits for a model, in as many processes as the settings say."""
    services = services_of_this_process()
    if one:
        work(services, one)
        return
    supervise(
        [[sys.executable, "-m", "app.cli", "worker", "--one", queue] for queue in processes_of(services.settings)]
    )


@cli.command()
def clock() -> None:
    """Do what happens by time alone: wake workers for what is due, ask GitHub again for what it could not deliver."""
    keep_time(hands(services_of_this_process()), asked_to_stop())


@cli.command("issue-form")
def print_issue_form(
    recipe: Annotated[str, typer.Argument(help="user-story, technical-requirement, or a recipe that ACS ships")],
) -> None:
    """Print a GitHub issue form, for `.github/ISSUE_TEMPLATE/acs-NAME.yml`: of a recipe, or for plain words."""
    briefs: dict[str, BriefKind] = {kind.replace(" ", "-"): kind for kind in FIELDS}
    if recipe in briefs:
        typer.echo(brief_form(briefs[recipe]), nl=False)
        return
    found = next((one for one in shipped_recipes() if one.name == recipe), None)
    if found is None:
        names = ", ".join([*briefs, *(one.name for one in shipped_recipes())])
        typer.echo(f"There is no form “{recipe}”. There are: {names}", err=True)
        raise typer.Exit(1)
    typer.echo(issue_form(found), nl=False)


@cli.command()
def demo(
    keep: Annotated[bool, typer.Option(help="Leave everything running afterwards, until Ctrl-C")] = False,
    state: Annotated[Path | None, typer.Option(envvar="ACS_STATE_DIR", help="Where the demo keeps its state")] = None,
    model: Annotated[Literal["scripted"] | None, typer.Option(help="Play written answers in place of a model")] = None,
    key: Annotated[str, typer.Option(envvar="OPENAI_API_KEY", hidden=True)] = "",
    base_url: Annotated[str, typer.Option(envvar="OPENAI_BASE_URL", hidden=True)] = "",
    name: Annotated[str, typer.Option(envvar="ACS_MODEL", hidden=True)] = "",
) -> None:
    """Play the story against a local GitHub; plain words too, where OPENAI_API_KEY or --model says who answers."""
    from app.demo.answering import answering_by  # what production runs does not import the demo
    from app.demo.state import default_state
    from app.demo.tour import play

    # not resolved: a link that somebody else made must be seen as one
    folder = (state or default_state()).absolute()
    answering = answering_by(model, key=key, base_url=base_url, name=name)
    if not play(folder, keep=keep, console=Console(), answering=answering):
        raise typer.Exit(1)
