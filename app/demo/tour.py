"""The guided tour: start everything for real, play the story, say what happened."""

import signal
import time
from contextlib import ExitStack
from pathlib import Path

from rich.console import Console
from rich.table import Table

from app.adapters.sandbox.sandbox import BubblewrapSandbox
from app.adapters.toolchain import ToolchainMissing, prepare
from app.demo.answering import Answering, Opening, no_model
from app.demo.github.local import LocalGitHub
from app.demo.seed import SAMPLES, TEMPLATES, seed
from app.demo.stack import PROJECT, Registration, Stack, StackFailed, free_port
from app.demo.state import StateRefused, make_ready
from app.demo.story import Line, Sample, StoryFailed, story
from app.demo.summary import Summary, Told
from app.generation.recipes.catalogue import shipped_recipes
from app.ports.sandbox import SandboxUnsafe

SUMMARY = PROJECT / "build" / "demo-summary.json"
SHORT_TIMES = {"ACS_LEASE": "PT5S", "ACS_CLOCK_TICK": "PT0.5S"}


class NotPlayed(Exception):
    """The story could not begin; the message says why."""


def play(state: Path, *, keep: bool, console: Console, answering: Opening = no_model, summary: Path = SUMMARY) -> bool:
    """Play the story in a state folder; return whether all of it happened. With `keep`, wait for Ctrl-C afterwards.

    A summary is left in any case, and never that of an earlier run.
    """
    summary.unlink(missing_ok=True)
    began = time.monotonic()
    for number in (signal.SIGINT, signal.SIGTERM):  # also where the shell had it ignored: everything is stopped then
        signal.signal(number, signal.default_int_handler)
    with ExitStack() as closing:
        try:
            who = answering(closing)
            shop = _begin(state, closing, console, who)
        except NotPlayed as reason:
            console.print(f"[red]The demo was not played:[/red] {reason}")
            outcome = Summary(time.monotonic() - began, reason=str(reason))
            outcome.write(summary)
            return outcome.ok
        told = [tell(line, console) for line in story(shop, who.words)]
        outcome = Summary(time.monotonic() - began, {"github": shop.github.url, "acs": shop.stack.url}, told)
        outcome.write(summary)
        _print_summary(outcome, summary, console)
        if keep:
            offer(shop, console)
            _wait(console)
    return outcome.ok


def _begin(state: Path, closing: ExitStack, console: Console, answering: Answering) -> Sample:
    try:
        make_ready(state)
        BubblewrapSandbox(state / "acs", prepare(state / "acs")).self_test()
        return _open_shop(state, closing, console, answering)
    except (StateRefused, SandboxUnsafe, ToolchainMissing) as reason:
        raise NotPlayed(str(reason)) from reason
    except StackFailed as failed:
        raise NotPlayed(f"ACS did not start: {failed}") from failed
    except Exception as error:
        raise NotPlayed(f"{type(error).__name__}: {error}") from error


def _open_shop(state: Path, closing: ExitStack, console: Console, answering: Answering) -> Sample:
    port = free_port()
    planted = seed(state / "samples", f"http://127.0.0.1:{port}/webhooks/github")
    github = closing.enter_context(LocalGitHub.start(state / "github", planted))
    keys = github.keys
    if keys.app_id is None or keys.private_key is None or keys.webhook_secret is None:
        raise StackFailed("the local GitHub has no App")
    console.print(
        f"A local GitHub is at [link]{github.url}[/link]: REST, git and signed webhooks, nothing leaves this machine."
    )
    forms = [recipe.name for recipe in shipped_recipes()]
    console.print(f"It has {', '.join(SAMPLES)}, with an issue form for each of {', '.join(forms)}.")
    registration = Registration(
        api_url=github.url, app_id=keys.app_id, private_key=keys.private_key, webhook_secret=keys.webhook_secret
    )
    settings = {**SHORT_TIMES, **answering.settings}
    stack = closing.enter_context(Stack(state / "acs", port, registration, settings=settings))
    console.print(
        f"ACS is at {stack.url}: gunicorn, RQ workers, clock, Redis, SQLite, sandbox. Leases are short, for the demo."
    )
    if answering.words:
        console.print(f"Where a model is asked, {answering.words} answers.")
    return Sample(github, stack)


def tell(line: Line, console: Console) -> Told:
    """Play one line; whatever goes wrong in it is its evidence."""
    began = time.monotonic()
    with console.status(f"{line.id}  {line.title}"):
        try:
            evidence, ok = line.play(), True
        except StoryFailed as failed:
            evidence, ok = str(failed), False
        except Exception as error:  # noqa: BLE001  # the lines after it are played, and the summary is written
            evidence, ok = f"{type(error).__name__}: {error}", False
    seconds = round(time.monotonic() - began, 1)
    mark = "[green]✓[/green]" if ok else "[red]✗[/red]"
    console.print(f"{mark} {line.id:4} {line.title} ({seconds} s)\n       {evidence}", highlight=False, soft_wrap=True)
    return Told(line.id, line.title, ok, seconds, evidence)


def _print_summary(outcome: Summary, path: Path, console: Console) -> None:
    table = Table(
        "", "", "what happened", "seconds", title=f"The story in {outcome.seconds:.0f} s", title_justify="left"
    )
    for line in outcome.steps:
        table.add_row("✓" if line.ok else "✗", line.id, line.title, f"{line.seconds}")
    console.print(table)
    said = "Everything happened." if outcome.ok else "Something did not happen: see above."
    console.print(f"{said} Summary: {path}")


def offer(shop: Sample, console: Console) -> None:
    """Open an issue of each kind, for people to label."""
    console.print("An issue for every template is open. Act as maria or omar, and add the label “acs” to one of them:")
    for template, name in TEMPLATES.items():
        sample = shop.beside(name)
        number = sample.open_example(template)
        console.print(f"  {template}: {sample.page(f'/issues/{number}')}", highlight=False, soft_wrap=True)
    console.print("Or edit them first; what a template takes is in its form, .github/ISSUE_TEMPLATE/acs-….yml.")


def _wait(console: Console) -> None:
    console.print("It goes on until Ctrl-C.")
    try:
        signal.pause()
    except KeyboardInterrupt:
        console.print("Stopping.")
