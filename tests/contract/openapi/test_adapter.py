"""What ACS asks of GitHub, as it goes over the wire, held against GitHub's own description."""

from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime

import pytest

from app.adapters.github.connection import GRAPHQL
from app.adapters.github.host import GitHub
from app.adapters.github.installations import GitHubInstallations
from app.domain.change import GeneratedFile
from app.domain.repo import Actor, BaseSha, HeadSha, IssueRef, PullRef, RepoRef
from app.ports.code_host import Annotation, BranchExists, CheckOutput, CheckRun, CodeHost, ReviewCommentId
from app.ports.hook_deliveries import NoLongerKept
from app.ports.installations import Listed
from app.wiring import RESYNC
from tests.contract.github.worlds import SystemClock
from tests.contract.local_github.world import SHOP, Document, World, number, running, text
from tests.contract.openapi.description import Description
from tests.contract.openapi.recorder import RecordedGitHub, Recorder, recording
from tests.fakes.budgets import InMemoryPauses
from tests.fakes.code_host import EVERYTHING

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
QUEUED = CheckOutput("Waiting", "The tests run soon.")
RED = CheckOutput(
    "3 failed",
    "Look",
    "At length",
    tuple(Annotation("README.md", line, line, "failure", "No", "It is wrong") for line in range(1, 121)),
)


@dataclass(frozen=True)
class Wire:
    """The adapter in front of a recorded local GitHub."""

    world: World
    recorder: Recorder
    github: GitHub
    repo: RepoRef
    main: BaseSha
    tom: Actor

    @property
    def ports(self) -> CodeHost:
        return self.github.ports(EVERYTHING, permit=lambda _: None)

    @property
    def installations(self) -> GitHubInstallations:
        return self.github.installations(self.repo.host, RESYNC)

    def issue(self) -> IssueRef:
        return IssueRef(self.repo, self.world.issue())

    def commit(self, name: str) -> HeadSha:
        file = GeneratedFile(f"{name}.txt", "new\n", "create")
        return self.ports.commits.commit(self.repo, parent=self.main, files=[file], message="Change it").sha

    def branch(self, name: str) -> str:
        self.ports.commits.create_branch(self.repo, name, self.commit(name))
        return name

    def check_run(self, name: str) -> CheckRun:
        head_sha = self.commit(name)
        return self.ports.checks.create(self.repo, name=name, head_sha=head_sha, external_id="7", output=QUEUED)


@pytest.fixture(scope="module")
def wire(description: Description, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wire]:
    with running(tmp_path_factory.mktemp("wire"), kind=RecordedGitHub) as world:
        assert isinstance(world.github, RecordedGitHub)
        with world.bot() as bot:
            repo, main = bot.get(f"/repos/{SHOP}").json(), bot.get(f"/repos/{SHOP}/git/ref/heads/main").json()
            tom: Document = bot.get("/users/tom").json()
        installation_id = world.installation_id()
        with recording(world.github) as recorder:
            github = GitHub(
                api_url=world.github.url,
                app_id=world.github.keys.app_id or 0,
                private_key=world.github.keys.private_key or "",
                pauses=InMemoryPauses(SystemClock()),
                clock=SystemClock(),
                sleep=lambda _: None,
            )
            shop = RepoRef("127.0.0.1", installation_id, number(repo, "id"), "acme", "shop")
            main_sha = BaseSha(text(main, "object", "sha"))
            yield Wire(world, recorder, github, shop, main_sha, Actor("tom", number(tom, "id"), "User"))


def react(wire: Wire) -> None:
    wire.ports.issues.react(wire.issue(), "eyes")


def react_to_comment(wire: Wire) -> None:
    made = wire.ports.issues.comment(wire.issue(), "On it")
    wire.ports.issues.react_to_comment(wire.repo, made, "eyes")
    wire.ports.issues.react_to_comment(wire.repo, made, "eyes")


def add_label(wire: Wire) -> None:
    wire.ports.issues.add_label(wire.issue(), "acs")


def remove_label(wire: Wire) -> None:
    issue = wire.issue()
    wire.ports.issues.add_label(issue, "acs")
    wire.ports.issues.remove_label(issue, "acs")
    wire.ports.issues.remove_label(issue, "acs")


def comment(wire: Wire) -> None:
    wire.ports.issues.comment(wire.issue(), "On it")


def find_comment(wire: Wire) -> None:
    issue = wire.issue()
    made = wire.ports.issues.comment(issue, "On it <!-- mark -->")
    assert wire.ports.issues.find_comment(issue, "<!-- mark -->") == made


def edit_comment(wire: Wire) -> None:
    made = wire.ports.issues.comment(wire.issue(), "On it")
    assert wire.ports.issues.edit_comment(wire.repo, made, "Done")


def permission(wire: Wire) -> None:
    assert wire.ports.collaborators.permission(wire.repo, wire.tom) == "write"


def get_pull(wire: Wire) -> None:
    assert wire.ports.pulls.get(PullRef(wire.repo, wire.world.pull("got"))).is_open


def bases(wire: Wire) -> None:
    pull = wire.ports.pulls.get(PullRef(wire.repo, wire.world.pull("compared")))
    assert wire.ports.pulls.bases(pull).merge_base_sha == wire.main


def beside(wire: Wire) -> None:
    neighbours = wire.github.neighbours()
    assert neighbours.beside(wire.repo, wire.repo.name) == wire.repo
    assert neighbours.beside(wire.repo, "absent") is None


def find_pull(wire: Wire) -> None:
    number_ = wire.world.pull("found")
    found = wire.ports.pulls.find(wire.repo, "found")
    assert found
    assert found.ref.number == number_


def open_draft(wire: Wire) -> None:
    branch = wire.branch("drafted")
    assert wire.ports.pulls.open_draft(
        wire.repo, head_branch=branch, base_branch="main", title="Draft it", body="Closes #1"
    ).is_draft


def branch_head(wire: Wire) -> None:
    assert wire.ports.commits.branch_head(wire.repo, "main")
    assert wire.ports.commits.branch_head(wire.repo, "nothing/here") is None


def commit(wire: Wire) -> None:
    files = [
        GeneratedFile("large.txt", "x" * 300_000, "create"),
        GeneratedFile("image.bin", b64encode(b"\x00\xff").decode(), "create", encoding="base64"),
        GeneratedFile("README.md", "# Shop\n", "modify"),
        GeneratedFile("run.sh", "", "delete"),
    ]
    assert wire.ports.commits.commit(wire.repo, parent=wire.main, files=files, message="Change it").is_verified


def create_branch(wire: Wire) -> None:
    branch = wire.branch("created")
    with pytest.raises(BranchExists):
        wire.ports.commits.create_branch(wire.repo, branch, wire.commit("again"))


def delete_branch(wire: Wire) -> None:
    branch = wire.branch("deleted")
    wire.ports.commits.delete_branch(wire.repo, branch)
    wire.ports.commits.delete_branch(wire.repo, branch)


def create_check_run(wire: Wire) -> None:
    wire.check_run("created-check")


def find_check_run(wire: Wire) -> None:
    made = wire.check_run("found-check")
    found = wire.ports.checks.find(wire.repo, name=made.name, head_sha=made.head_sha, external_id="7")
    assert found
    assert found.id == made.id


def start(wire: Wire) -> None:
    wire.ports.checks.start(wire.repo, wire.check_run("started-check").id, at=NOW, output=QUEUED)


def conclude(wire: Wire) -> None:
    made = wire.check_run("concluded-check")
    wire.ports.checks.conclude(wire.repo, made.id, conclusion="failure", at=NOW, output=RED)


def page(wire: Wire) -> None:
    with wire.world.github.as_anybody() as anybody:
        anybody.post("/_local/faults", json={"deliveries": {"copies": 20, "fail": True}})
        for _ in range(6):
            wire.issue()
        wire.world.wait_until_delivered()
        anybody.delete("/_local/faults")
    newest = wire.github.hook_deliveries().page(None)
    assert newest.older
    assert wire.github.hook_deliveries().page(newest.older).attempts


def ask_again(wire: Wire) -> None:
    wire.issue()
    wire.world.wait_until_delivered()
    wire.github.hook_deliveries().ask_again(wire.github.hook_deliveries().page(None).attempts[0].id)
    with pytest.raises(NoLongerKept):
        wire.github.hook_deliveries().ask_again(1)


def get_issue(wire: Wire) -> None:
    found = wire.ports.issues.get(wire.issue())
    assert found
    assert found.is_open


def get_check_run(wire: Wire) -> None:
    made = wire.check_run("looked-at-check")
    found = wire.ports.checks.get(wire.repo, made.id)
    assert found
    assert found.head_sha == made.head_sha


def all_installations(wire: Wire) -> None:
    assert [one.id for one in wire.installations.all()] == [wire.repo.installation_id]


def repositories(wire: Wire) -> None:
    (installation,) = wire.installations.all()
    assert wire.repo.repo_id in [repo.repo_id for repo in wire.installations.repositories(installation)]


def labelled_issues(wire: Wire) -> None:
    assert isinstance(wire.installations.labelled_issues(wire.repo, "acs", unless=None), Listed)


def open_pulls(wire: Wire) -> None:
    wire.world.pull("listed")
    assert isinstance(wire.installations.open_pulls(wire.repo, unless=None), Listed)


def last_request(wire: Wire) -> None:
    assert wire.installations.last_request(wire.issue(), "acs") is None


def reviewed(wire: Wire, branch: str) -> tuple[PullRef, ReviewCommentId]:
    """A pull request and a comment on its first line."""
    number_ = wire.world.pull(branch)
    line = {"path": f"{branch}.txt", "line": 1, "body": "Why?"}
    with wire.world.person("tom") as tom:
        wanted = {"event": "REQUEST_CHANGES", "body": "No", "comments": [line]}
        tom.post(f"/repos/{SHOP}/pulls/{number_}/reviews", json=wanted).raise_for_status()
    pull = PullRef(wire.repo, number_)
    return pull, wire.ports.reviews.of(pull)[0].comments[0].id


def leave_draft(wire: Wire) -> None:
    pull = PullRef(wire.repo, wire.world.pull("left", draft=True))
    wire.ports.pulls.leave_draft(pull)
    assert not wire.ports.pulls.get(pull).is_draft


def request_reviewers(wire: Wire) -> None:
    wire.ports.pulls.request_reviewers(PullRef(wire.repo, wire.world.pull("awaited")), ["tom"])


def reviews_of(wire: Wire) -> None:
    pull, _ = reviewed(wire, "reviewed")
    assert [review.verdict for review in wire.ports.reviews.of(pull)] == ["changes_requested"]


def threads(wire: Wire) -> None:
    pull, comment_id = reviewed(wire, "threaded")
    assert [thread.comments for thread in wire.ports.reviews.threads(pull)] == [(comment_id,)]


def reply(wire: Wire) -> None:
    pull, comment_id = reviewed(wire, "answered")
    wire.ports.reviews.reply(pull, comment_id, "Because")


def find_reply(wire: Wire) -> None:
    pull, comment_id = reviewed(wire, "answer-found")
    made = wire.ports.reviews.reply(pull, comment_id, "<!-- mark --> Because")
    assert wire.ports.reviews.find_reply(pull, comment_id, "<!-- mark -->") == made


def react_to_review_comment(wire: Wire) -> None:
    wire.ports.reviews.react(*reviewed(wire, "reacted"), "eyes")


USES: Mapping[str, Callable[[Wire], None]] = {
    "collaborators.permission": permission,
    "issues.react": react,
    "issues.react_to_comment": react_to_comment,
    "issues.add_label": add_label,
    "issues.remove_label": remove_label,
    "issues.find_comment": find_comment,
    "issues.comment": comment,
    "issues.edit_comment": edit_comment,
    "pulls.get": get_pull,
    "pulls.bases": bases,
    "pulls.find": find_pull,
    "pulls.open_draft": open_draft,
    "pulls.leave_draft": leave_draft,
    "pulls.request_reviewers": request_reviewers,
    "reviews.of": reviews_of,
    "reviews.threads": threads,
    "reviews.reply": reply,
    "reviews.find_reply": find_reply,
    "reviews.react": react_to_review_comment,
    "commits.branch_head": branch_head,
    "commits.commit": commit,
    "commits.create_branch": create_branch,
    "commits.delete_branch": delete_branch,
    "checks.create": create_check_run,
    "checks.find": find_check_run,
    "checks.start": start,
    "checks.conclude": conclude,
    "issues.get": get_issue,
    "checks.get": get_check_run,
    "installations.all": all_installations,
    "installations.repositories": repositories,
    "installations.labelled_issues": labelled_issues,
    "installations.open_pulls": open_pulls,
    "installations.last_request": last_request,
    "neighbours.beside": beside,
    "hook_deliveries.page": page,
    "hook_deliveries.ask_again": ask_again,
}


def test_every_effect_on_the_code_host_is_tried(wire: Wire) -> None:
    ports: dict[str, object] = {one.name: getattr(wire.ports, one.name) for one in fields(CodeHost)}
    ports["hook_deliveries"] = wire.github.hook_deliveries()
    ports["installations"] = wire.installations
    ports["neighbours"] = wire.github.neighbours()
    methods = {f"{name}.{method}" for name, port in ports.items() for method in dir(port) if method[0] != "_"}
    assert methods == set(USES)


def test_the_adapter_has_no_other_way_to_github(wire: Wire) -> None:
    assert {name for name in dir(wire.github) if name[0] != "_"} == {
        "ports",
        "token",
        "hook_deliveries",
        "installations",
        "neighbours",
    }


@pytest.mark.parametrize("use", USES)
def test_what_acs_asks_and_is_answered_is_as_github_describes(wire: Wire, use: str, description: Description) -> None:
    before = len(wire.recorder.exchanges)
    USES[use](wire)
    exchanges = [one for one in wire.recorder.exchanges[before:] if one.path != GRAPHQL]  # which has its own schema
    assert exchanges
    assert [one for exchange in exchanges for one in description.departures_of_request(exchange)] == []
    assert [one for exchange in exchanges for one in description.departures_of_answer(exchange)] == []


def test_acs_says_which_version_of_the_api_it_speaks(wire: Wire) -> None:
    react(wire)
    mine = [one for one in wire.recorder.exchanges if one.request_headers["user-agent"] == "ACS"]
    assert {one.request_headers["x-github-api-version"] for one in mine} == {"2022-11-28"}
    assert all("application/vnd.github" in one.request_headers["accept"] for one in mine)
