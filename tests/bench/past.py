"""What a busy year leaves in ACS's database: tasks that wait for people, and everything that was done for them."""

import zlib
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from hashlib import sha1
from itertools import islice
from urllib.parse import urlsplit

from pydantic import TypeAdapter

from app.adapters.clock import SystemClock
from app.adapters.sql.engine import open_engine, writing
from app.adapters.sql.tables import deliveries, effects, jobs, lanes, millis, tasks
from app.domain.repo import Actor, BaseSha, HeadSha, IssueRef, RepoRef
from app.domain.task import Base, Proposal, Run, Task, branch_of
from tests.e2e.requests import module_request
from tests.e2e.world import SHOP, World

TASKS = 10_000
EVENTS = ("issues", "issue_comment", "pull_request", "check_suite")
KINDS = ("LabelAdded", "GenerateChange", "ProposeChange", "HeadMoved", "RunTests", "ConcludeTests", "NoteTests")
EFFECTS = ("comment", "branch", "pull", "check")
FIRST_NUMBER = 1_000_000  # far from the issues that a benchmark opens
AT_ONCE = 2_000  # rows in a transaction: ACS goes on meanwhile
IN_WORDS = (
    f"{TASKS:,} tasks were in the database already, each with a pull request, and for each {len(EVENTS)} deliveries "
    f"and {len(KINDS)} jobs that were done"
)

Row = Mapping[str, object]
_TASK = TypeAdapter(Task)


def leave_a_past(world: World) -> None:
    """Write such tasks, and all that was done for them, into the database of an ACS that is running."""
    past = Past(_repository(world), SystemClock().now())
    engine = open_engine(world.database_url)
    for table, rows in (
        (lanes, past.lanes()),
        (tasks, past.tasks()),
        (deliveries, past.deliveries()),
        (jobs, past.jobs()),
        (effects, past.effects()),
    ):
        while some := list(islice(rows, AT_ONCE)):
            with writing(engine) as connection:
                connection.execute(table.insert(), some)
    engine.dispose()


def _repository(world: World) -> RepoRef:
    (installation,) = world.as_app("GET", "/app/installations")
    repo_id = world.get(f"/repos/{SHOP}")["id"]
    owner, name = SHOP.split("/")
    return RepoRef(urlsplit(world.github.url).netloc, installation["id"], repo_id, owner, name)


class Past:
    """Rows of the tables, as ACS would have written them."""

    def __init__(self, repo: RepoRef, now: datetime) -> None:
        self._repo = repo
        self._numbers = range(FIRST_NUMBER, FIRST_NUMBER + TASKS)
        self._at = now - timedelta(days=30)
        self._done = {"finished_at": millis(self._at), "state": "done", "correlation_id": "0" * 32}
        self._body = zlib.compress(module_request("postage").encode() * 10, 1)

    def lanes(self) -> Iterator[Row]:
        tenant = f"{self._repo.host}/{self._repo.installation_id}"
        for number in self._numbers:
            yield {"lane": self._lane(number), "queue": "steps", "tenant": tenant, "due_at": None, "fence": 12}

    def tasks(self) -> Iterator[Row]:
        for number in self._numbers:
            task = self._task(number)
            assert task.proposal is not None
            yield {
                "host": self._repo.host,
                "repo_id": self._repo.repo_id,
                "number": number,
                "lane": self._lane(number),
                "state": task.state,
                "branch": task.run.branch,
                "pull": task.proposal.pull,
                "head_sha": task.proposal.head_sha,
                "document": _TASK.dump_json(task),
                "updated_at": millis(self._at),
            }

    def deliveries(self) -> Iterator[Row]:
        for number in self._numbers:
            for event in EVENTS:
                yield {
                    "host": self._repo.host,
                    "app_id": 1,
                    "guid": sha1(f"{event} {number}".encode(), usedforsecurity=False).hexdigest(),
                    "event": event,
                    "action": "created",
                    "installation_id": self._repo.installation_id,
                    "lane": self._lane(number),
                    "body": self._body,
                    "received_at": millis(self._at),
                    **self._done,
                }

    def jobs(self) -> Iterator[Row]:
        for number in self._numbers:
            for kind in KINDS:
                yield {
                    "lane": self._lane(number),
                    "home": self._lane(number),
                    "kind": kind,
                    "arguments": b"{}",
                    "not_before": 0,
                    "attempt": 1,
                    "delivery": 1,
                    "created_at": millis(self._at),
                    **self._done,
                }

    def effects(self) -> Iterator[Row]:
        for number in self._numbers:
            for effect in EFFECTS:
                at = millis(self._at)
                key = f"{effect}:{self._lane(number)}"
                yield {"key": key, "value": str(number), "fence": 1, "intended_at": at, "confirmed_at": at}

    def _lane(self, number: int) -> str:
        return f"{self._repo.host}/{self._repo.repo_id}/{number}"

    def _task(self, number: int) -> Task:
        issue, title = IssueRef(self._repo, number), "Add postage"
        branch = branch_of(issue, title, run=1)
        maria = Actor("maria", 7, "User")
        run = Run(1, title, module_request("postage"), branch, maria, self._at, delivery=1)
        head = HeadSha(sha1(branch.encode(), usedforsecurity=False).hexdigest())
        base = Base("main", BaseSha("b" * 40))
        proposal = Proposal(number + TASKS, "https://github.com", branch, base, head, is_verified=True)
        return Task(issue, run, "working").proposed(proposal, self._at)
