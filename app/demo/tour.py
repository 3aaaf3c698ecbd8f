"""The guided tour: start everything for real, play the story, say what happened."""

import json
import signal
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from importlib.resources import as_file, files
from pathlib import Path

import httpx
from rich.console import Console
from rich.table import Table

from app.adapters.sandbox.sandbox import BubblewrapSandbox
from app.adapters.toolchain import ToolchainMissing, prepare
from app.demo.github.local import LocalGitHub
from app.demo.github.seed import Seed, SeedApp, SeedPerson, SeedRepository
from app.demo.stack import PROJECT, Registration, Stack, StackFailed, free_port
from app.demo.state import StateRefused, make_ready
from app.demo.story import SHOP, Line, Shop, StoryFailed, story
from app.ports.sandbox import SandboxUnsafe

SUMMARY = PROJECT / "build" / "demo-summary.json"
SHORT_TIMES = {"ACS_LEASE": "PT5S", "ACS_WAKE_AGAIN": "PT2S", "ACS_CLOCK_TICK": "PT0.5S"}


@dataclass(frozen=True, slots=True)
class Told:
    """How one line of the story went."""

    id: str
    title: str
    ok: bool
    seconds: float
    evidence: str


def play(state: Path, *, keep: bool, console: Console) -> bool:
    """Play the story in a state folder; return whether all of it happened. With `keep`, wait for Ctrl-C afterwards."""
    began = time.monotonic()
    for number in (
        signal.SIGINT,
        signal.SIGTERM,
    ):  # also where the shell had it ignored; everything is stopped on the way
        signal.signal(number, signal.default_int_handler)
    refusal = _cannot_play(state)
    if refusal:
        console.print(f"[red]The demo cannot be played here:[/red] {refusal}")
        return False
    with ExitStack() as closing:
        try:
            shop = _open_shop(state, closing, console)
        except StackFailed as failed:
            console.print(f"[red]ACS did not start:[/red] {failed}")
            return False
        told = [_tell(line, console) for line in story(shop)]
        seconds = time.monotonic() - began
        urls = {"github": shop.github.url, "acs": shop.stack.url}
        _write_summary(told, seconds, urls)
        _print_summary(told, seconds, console)
        if keep:
            _wait(urls, console)
    return all(line.ok for line in told)


def _cannot_play(state: Path) -> str:
    try:
        make_ready(state)
        BubblewrapSandbox(state / "acs", prepare(state / "acs")).self_test()
    except (StateRefused, SandboxUnsafe, ToolchainMissing) as reason:
        return str(reason)
    return ""


def _open_shop(state: Path, closing: ExitStack, console: Console) -> Shop:
    port = free_port()
    with as_file(files("app.demo") / "samples" / "typescript") as sample:
        github = closing.enter_context(LocalGitHub.start(state / "github", _seed(sample, port)))
    keys = github.keys
    if keys.app_id is None or keys.private_key is None or keys.webhook_secret is None:
        raise StackFailed("the local GitHub has no App")
    console.print(
        f"A local GitHub is at [link]{github.url}[/link]: REST, git and signed webhooks, nothing leaves this machine."
    )
    registration = Registration(
        api_url=github.url, app_id=keys.app_id, private_key=keys.private_key, webhook_secret=keys.webhook_secret
    )
    stack = closing.enter_context(Stack(state / "acs", port, registration, settings=SHORT_TIMES))
    console.print(
        f"ACS is at {stack.url}: gunicorn, RQ workers, clock, Redis, SQLite, sandbox. Leases are short, for the demo."
    )
    return Shop(github, stack)


def _seed(sample: Path, port: int) -> Seed:
    roles = {"maria": "admin", "omar": "write", "tina": "triage"}
    return Seed(
        people=[SeedPerson(login=login) for login in roles],
        repositories=[SeedRepository(full_name=SHOP, files=sample, roles=roles, labels=("acs",))],  # pyright: ignore[reportArgumentType]
        app=SeedApp(webhook_url=f"http://127.0.0.1:{port}/webhooks/github"),
    )


def _tell(line: Line, console: Console) -> Told:
    began = time.monotonic()
    with console.status(f"{line.id}  {line.title}"):
        try:
            evidence, ok = line.play(), True
        except (StoryFailed, httpx.HTTPError) as failed:
            evidence, ok = str(failed), False
    seconds = round(time.monotonic() - began, 1)
    mark = "[green]✓[/green]" if ok else "[red]✗[/red]"
    console.print(f"{mark} {line.id:4} {line.title} ({seconds} s)\n       {evidence}", highlight=False, soft_wrap=True)
    return Told(line.id, line.title, ok, seconds, evidence)


def _write_summary(told: Sequence[Told], seconds: float, urls: dict[str, str]) -> None:
    summary = {
        "ok": all(line.ok for line in told),
        "seconds": round(seconds, 1),
        "urls": urls,
        "steps": [asdict(line) for line in told],
    }
    SUMMARY.parent.mkdir(parents=True, exist_ok=True)
    SUMMARY.write_text(json.dumps(summary, indent=2) + "\n")


def _print_summary(told: Sequence[Told], seconds: float, console: Console) -> None:
    table = Table("", "", "what happened", "seconds", title=f"The story in {seconds:.0f} s", title_justify="left")
    for line in told:
        table.add_row("✓" if line.ok else "✗", line.id, line.title, f"{line.seconds}")
    console.print(table)
    outcome = "Everything happened." if all(line.ok for line in told) else "Something did not happen: see above."
    console.print(f"{outcome} Summary: {SUMMARY.relative_to(PROJECT)}")


def _wait(urls: dict[str, str], console: Console) -> None:
    console.print(
        f"It goes on until Ctrl-C. Look around at {urls['github']}/{SHOP}, and label an issue “acs” yourself."
    )
    try:
        signal.pause()
    except KeyboardInterrupt:
        console.print("Stopping.")
