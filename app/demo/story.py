"""The story the demo plays: each line of it is something a person does and sees on the local GitHub."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Self, TypeVar

from app.demo.github.local import LocalGitHub
from app.demo.seed import SHOP, TEMPLATES
from app.demo.stack import Stack
from app.generation.recipes.catalogue import shipped_template

PATIENCE_SECONDS = 90
_TOLD_ALREADY = "typescript-module"
ANYTHING_ELSE_SECONDS = 1.5  # what should not happen has this long to happen

T = TypeVar("T")


class StoryFailed(Exception):
    """Something that the story tells did not happen."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the story; `play` returns the evidence: what can be looked at afterwards."""

    id: str
    title: str
    play: Callable[[], str]


class Sample:
    """A repository on the local GitHub, in the hands of its people; the shop's, if no other is named."""

    def __init__(self, github: LocalGitHub, stack: Stack, name: str = SHOP) -> None:
        self.github = github
        self.stack = stack
        self.name = name

    def beside(self, name: str) -> Self:
        """Another repository of the same people."""
        return type(self)(self.github, self.stack, name)

    def act(self, who: str, method: str, path: str, body: Any = None) -> Any:
        """What the REST API answers to a person.

        Raises:
            StoryFailed: it refused.
        """
        with self.github.as_user(who) as client:
            answer = client.request(method, f"/repos/{self.name}{path}", json=body)
        if not answer.is_success:
            raise StoryFailed(f"{who}: {method} {path} was answered with {answer.status_code}")
        return answer.json() if answer.content else None

    def page(self, path: str) -> str:
        return f"{self.github.url}/{self.name}{path}"

    def ask(self, who: str, title: str, module: str) -> int:
        """Open an issue that asks for a module, and label it."""
        number = self.open(title, request(module))
        self.label(number, who)
        return number

    def open(self, title: str, body: str) -> int:
        number: int = self.act("maria", "POST", "/issues", {"title": title, "body": body})["number"]
        return number

    def open_example(self, template: str) -> int:
        """Open an issue with the example of a shipped template."""
        return self.open(f"Try the template {template}", shipped_template(template).example)

    def label(self, number: int, who: str = "maria") -> None:
        self.act(who, "POST", f"/issues/{number}/labels", {"labels": ["acs"]})

    def comments(self, number: int) -> list[str]:
        return [comment["body"] for comment in self.act("maria", "GET", f"/issues/{number}/comments")]

    def pulls(self, number: int) -> list[Any]:
        """The pull requests that answer an issue."""
        everything = self.act("maria", "GET", "/pulls?state=all&per_page=100")
        return [pull for pull in everything if pull["head"]["ref"].startswith(f"acs/issue-{number}-")]

    def pull(self, number: int) -> Any:
        return until(lambda: self.pulls(number), f"a pull request for issue #{number}")[0]

    def branches(self, number: int) -> list[str]:
        """The branches that were made for an issue."""
        names = [branch["name"] for branch in self.act("maria", "GET", "/branches?per_page=100")]
        return [name for name in names if name.startswith(f"acs/issue-{number}-")]

    def check_runs(self, sha: str) -> list[Any]:
        """All check runs on a head, whatever their status."""
        runs: list[Any] = self.act("maria", "GET", f"/commits/{sha}/check-runs?filter=all&per_page=100")["check_runs"]
        return runs

    def completed(self, sha: str) -> list[Any]:
        return [run for run in self.check_runs(sha) if run["status"] == "completed"]


def request(module: str) -> str:
    """An issue body that names the template and gives its parameters."""
    return (files("app.demo") / "postage_request.md").read_text().replace("MODULE", module)


def until(look: Callable[[], T], what: str) -> T:
    """What `look` finds as soon as it finds something true.

    Raises:
        StoryFailed: it found nothing in time.
    """
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if found := look():
            return found
        time.sleep(0.1)
    raise StoryFailed(f"{what} did not appear within {PATIENCE_SECONDS} s")


def story(shop: Sample, answering: str = "") -> tuple[Line, ...]:
    """The lines, in order; later ones look at what earlier ones made. `answering` says who answers as a model."""
    by_model = (Line("G2", f"Plain words become a draft pull request, answered by {answering}", lambda: _words(shop)),)
    return (
        Line("J1", "A labelled issue becomes a draft pull request with code, tests and docs", lambda: _draft(shop)),
        Line("J2", "A check runs its tests in the sandbox and names them; it can be re-run", lambda: _check(shop)),
        *(by_model if answering else ()),
        Line("J9", "A worker is killed and Redis emptied in the middle: still one of each", lambda: _kill(shop)),
        Line("G7", "Every other template makes a draft pull request with green tests", lambda: _templates(shop)),
        Line("J10", "Somebody without write permission gets one sentence and nothing else", lambda: _stranger(shop)),
    )


def _draft(shop: Sample) -> str:
    began = time.monotonic()
    number = shop.ask("maria", "Add postage zones", "postage")
    until(lambda: shop.comments(number), "the progress comment")
    acknowledged = time.monotonic() - began
    pull = shop.pull(number)
    took = time.monotonic() - began
    if not pull["draft"] or f"Closes #{number}" not in pull["body"]:
        raise StoryFailed("the pull request is not a draft that closes its issue")
    changed = shop.act("maria", "GET", f"/pulls/{pull['number']}/files")
    where = shop.page(f"/pull/{pull['number']}")
    return f"acknowledged in {acknowledged:.1f} s, {len(changed)} files in {took:.1f} s: {where}"


def _words(shop: Sample) -> str:
    began = time.monotonic()
    words = "Shipping is free from 50 euros today. Make it 40, with a test, and say so in the documentation."
    number = shop.open("Ship for free from 40 euros", words)
    shop.label(number)
    until(lambda: any("Expected:" in body for body in shop.comments(number)) or shop.pulls(number), "the plan")
    pull = shop.pull(number)
    took = time.monotonic() - began
    run = until(lambda: shop.completed(pull["head"]["sha"]), "the check run")[0]
    if run["conclusion"] != "success":
        raise StoryFailed(f"its check run is not green: {run['output']['title']}")
    where = shop.page(f"/pull/{pull['number']}")
    return f"planned, written and proposed in {took:.1f} s, {run['output']['title']}: {where}"


def _check(shop: Sample) -> str:
    sha = shop.pull(1)["head"]["sha"]
    first = until(lambda: shop.completed(sha), "the check run")[0]
    shop.act("maria", "POST", f"/check-runs/{first['id']}/rerequest")
    until(lambda: len(shop.completed(sha)) == 2, "the second check run")
    if any(run["conclusion"] != "success" for run in shop.check_runs(sha)):
        raise StoryFailed(f"a check run is not green: {first['output']['title']}")
    return f"{first['output']['title']}: {first['html_url']}"


def _kill(shop: Sample) -> str:
    number = shop.ask("omar", "Add return zones", "returns")
    until(lambda: shop.comments(number), "the progress comment")
    shop.stack.kill("worker")
    shop.stack.forget_wakeups()
    shop.stack.run("worker")
    sha = shop.pull(number)["head"]["sha"]
    until(lambda: shop.completed(sha), "the check run")
    time.sleep(ANYTHING_ELSE_SECONDS)
    counts = (len(shop.comments(number)), len(shop.pulls(number)), len(shop.check_runs(sha)))
    if counts != (1, 1, 1):
        raise StoryFailed(f"{counts} comments, pull requests and check runs, instead of one each")
    return f"one comment, one pull request, one check: {shop.page(f'/issues/{number}')}"


def _templates(shop: Sample) -> str:
    others = {template: shop.beside(name) for template, name in TEMPLATES.items() if template != _TOLD_ALREADY}
    numbers = {template: sample.open_example(template) for template, sample in others.items()}
    for template, sample in others.items():
        sample.label(numbers[template])
    return "\n       ".join(f"{template}: {_green(sample, numbers[template])}" for template, sample in others.items())


def _green(sample: Sample, number: int) -> str:
    pull = sample.pull(number)
    run = until(lambda: sample.completed(pull["head"]["sha"]), f"the check run on {sample.name}#{pull['number']}")[0]
    if run["conclusion"] != "success":
        raise StoryFailed(f"the check run on {sample.name}#{pull['number']} is not green: {run['output']['title']}")
    where = sample.page(f"/pull/{pull['number']}")
    return f"{run['output']['title']}: {where}"


def _stranger(shop: Sample) -> str:
    number = shop.ask("tina", "Add free zones", "free")
    until(lambda: shop.comments(number), "the answer")
    time.sleep(ANYTHING_ELSE_SECONDS)
    said = shop.comments(number)
    if len(said) != 1 or "takes write permission" not in said[0]:
        raise StoryFailed(f"{len(said)} comments, instead of one that says what it takes")
    if shop.branches(number) or shop.pulls(number):
        raise StoryFailed("somebody without write permission started work")
    return shop.page(f"/issues/{number}")
