"""What people do to fifty issues, so that it is determined how each of them ends, whatever dies meanwhile."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import httpx

from tests.e2e.requests import module_request
from tests.e2e.world import SHOP, Json, World

PLAIN = "octo/plain"
QUESTION, ANSWER = "ACS needs something from you", "Done: a draft pull request is open"

# Steps are done one after another; those of AT_ONCE before GitHub tells anybody of the first of them, because how a
# request ends that is taken back while it is being worked on depends on how far that has come.
SCRIPTS: Mapping[str, Sequence[str]] = {
    "labelled": ("label",),
    "labelled, then edited": ("label", "edit"),
    "labelled by somebody without permission": ("label as tina",),
    "labelled with another label": ("label bug",),
    "labelled on an unclear issue": ("spoil", "label"),
    "labelled on an unclear issue, which is then mended": ("spoil", "label", "await question", "mend", "relabel"),
    "labelled on an unclear issue, then unlabelled": ("spoil", "label", "await question", "unlabel"),
    "labelled on an unclear issue, then closed": ("spoil", "label", "await question", "close"),
    "proposed, then edited": ("label", "await answer", "edit"),
    "proposed, then unlabelled": ("label", "await answer", "unlabel"),
    "proposed, then labelled again": ("label", "await answer", "relabel"),
    "proposed, then closed": ("label", "await answer", "close"),
}
AT_ONCE: Mapping[str, Sequence[str]] = {
    "labelled and unlabelled": ("label", "unlabel"),
    "labelled and closed": ("label", "close"),
    "labelled, unlabelled, labelled again": ("label", "unlabel", "label"),
}
WITH_TESTS = ("labelled", "proposed, then labelled again")


@dataclass
class Player:
    """The people who play one script on one issue."""

    world: World
    repo: str
    script: str
    number: int
    left: list[str]

    @classmethod
    def open(cls, world: World, repo: str, script: str, *, module: str) -> "Player":
        number = world.open_issue(f"Add {module}", module_request(module), repo=repo)
        return cls(world, repo, script, number, [*SCRIPTS.get(script, ()), *AT_ONCE.get(script, ())])

    @property
    def name(self) -> str:
        return f"{self.repo}#{self.number} {self.script}"

    def play(self) -> None:
        """Do what can be done now."""
        while self.left and self._do(self.left[0]):
            del self.left[0]

    def _do(self, step: str) -> bool:
        issue = f"/repos/{self.repo}/issues/{self.number}"
        match step.split():
            case ["label"]:
                self.world.label(self.number, repo=self.repo)
            case ["label", "as", who]:
                self.world.label(self.number, by=who, repo=self.repo)
            case ["label", label]:
                self.world.label(self.number, label=label, repo=self.repo)
            case ["unlabel"]:
                self.world.unlabel(self.number, repo=self.repo)
            case ["relabel"]:
                self.world.unlabel(self.number, repo=self.repo)
                self.world.label(self.number, repo=self.repo)
            case ["close"]:
                self.world.act("maria", "PATCH", issue, {"state": "closed"})
            case ["spoil"]:
                self.world.act("maria", "PATCH", issue, {"body": "Please make it faster."})
            case ["mend"]:
                self.world.act("maria", "PATCH", issue, {"body": module_request(f"mended{self.number}")})
            case ["edit"]:
                self.world.act("maria", "PATCH", issue, {"title": "Something else", "body": "something else"})
            case ["await", what]:
                words = {"question": QUESTION, "answer": ANSWER}[what]
                return any(words in comment["body"] for comment in self._comments())
            case _:
                raise ValueError(f"nobody knows how to {step}")
        return True

    def _comments(self) -> Sequence[Json]:
        """The comments, or none when GitHub does not answer properly just now."""
        try:
            answer = self.world.request(
                "maria", "GET", f"/repos/{self.repo}/issues/{self.number}/comments?per_page=100"
            )
            return answer.json() if answer.is_success else []
        except (httpx.HTTPError, ValueError):
            return []


def cast(rng: random.Random, count: int) -> list[tuple[str, str]]:
    """The repository and the script of each issue: every script as often as the next, a few with real tests."""
    scripts = [*SCRIPTS, *AT_ONCE]
    parts = [(PLAIN, scripts[place % len(scripts)]) for place in range(count)]
    rng.shuffle(parts)
    tested = [place for place, (_, script) in enumerate(parts) if script in WITH_TESTS][: max(1, count // 12)]
    return [(SHOP if place in tested else repo, script) for place, (repo, script) in enumerate(parts)]
