"""What is known of open work, in memory, as honest as `tests/contract/journal/test_open_work.py` makes it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from app.domain.repo import HeadSha, RepoRef
from app.domain.task import State
from app.jobs import Job
from app.ports.clock import Clock
from app.ports.installations import ETag
from app.ports.journal import Lane
from app.ports.open_work import Found, ListName

Place = tuple[int, int]


@dataclass
class InMemoryOpenWork:
    """Tests say here what ACS knows, by repository and number, and see in `added` what was added."""

    clock: Clock
    states: dict[Place, State] = field(default_factory=dict[Place, State])
    heads: set[tuple[int, int, HeadSha]] = field(default_factory=set[tuple[int, int, HeadSha]])
    busy: set[Place] = field(default_factory=set[Place])
    stopped: dict[int, Job] = field(default_factory=dict[int, Job])
    added: list[Job] = field(default_factory=list[Job])
    rounds: dict[str, datetime] = field(default_factory=dict[str, datetime])
    etags: dict[tuple[int, ListName], ETag] = field(default_factory=dict[tuple[int, ListName], ETag])
    requests: dict[Place, int] = field(default_factory=dict[Place, int])

    def begin_round(self, name: str, *, every: timedelta) -> bool:
        now = self.clock.now()
        if name in self.rounds and now - self.rounds[name] < every:
            return False
        self.rounds[name] = now
        return True

    def etag(self, repo: RepoRef, name: ListName) -> ETag | None:
        return self.etags.get((repo.repo_id, name))

    def task_states(self, repo: RepoRef, numbers: Sequence[int]) -> Mapping[int, State]:
        return {n: self.states[repo.repo_id, n] for n in numbers if (repo.repo_id, n) in self.states}

    def last_request(self, repo: RepoRef, number: int) -> int | None:
        return self.requests.get((repo.repo_id, number))

    def known_heads(self, repo: RepoRef, shas: Sequence[HeadSha]) -> frozenset[tuple[int, HeadSha]]:
        return frozenset((pull, sha) for repo_id, pull, sha in self.heads if repo_id == repo.repo_id and sha in shas)

    def add(self, repo: RepoRef, name: ListName, found: Sequence[Found], *, etag: ETag | None) -> frozenset[Lane]:
        self.etags.pop((repo.repo_id, name), None)
        if etag is not None and not found:
            self.etags[repo.repo_id, name] = etag
        taken = [one for one in found if (repo.repo_id, one.number) not in self.busy]
        for one in taken:
            self.added.append(one.job)
            if one.request is not None:
                self.requests[repo.repo_id, one.number] = one.request
        return frozenset(Lane(f"{repo.host}/{repo.repo_id}/{one.number}") for one in taken)

    def resume_tasks(self, repo: RepoRef) -> frozenset[Lane]:
        if repo.repo_id not in self.stopped:
            return frozenset()
        self.added.append(self.stopped[repo.repo_id])
        return frozenset({Lane(f"{repo.host}/{repo.repo_id}/1")})
