"""Check runs and their annotations. https://docs.github.com/en/rest/checks/runs"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from app.adapters.github.answers import GitHubModel
from app.adapters.github.client import PER_PAGE, Call, Client
from app.adapters.github.connection import Json, Method
from app.adapters.github.text import cut
from app.domain.repo import HeadSha, RepoRef
from app.ports.code_host import Annotation, CheckOutput, CheckRun, CheckRunId, CheckStatus, Conclusion

READ = "checks: read"
WRITE = "checks: write"
ANNOTATIONS_PER_REQUEST = 50
LONGEST_TEXT = 65_535
LONGEST_TITLE = 255
LONGEST_MESSAGE = 16_000  # GitHub takes 64 KB, and a character may be four bytes
MOST_PAGES = 10  # GitHub keeps 1,000 runs of one name

_STATUSES: dict[str, CheckStatus] = {"in_progress": "in_progress", "completed": "completed"}
_CONCLUSIONS: dict[str, Conclusion] = {
    "success": "success",
    "failure": "failure",
    "neutral": "neutral",
    "action_required": "action_required",
    "skipped": "skipped",
    "cancelled": "cancelled",
    "timed_out": "timed_out",
}


class _App(GitHubModel):
    id: int


class _CheckRun(GitHubModel):
    id: int
    name: str
    head_sha: str
    external_id: str | None = None
    status: str
    conclusion: str | None = None
    html_url: str | None = None
    app: _App | None = None

    def as_check_run(self) -> CheckRun:
        return CheckRun(
            id=CheckRunId(self.id),
            name=self.name,
            head_sha=HeadSha(self.head_sha),
            external_id=self.external_id or "",
            status=_STATUSES.get(self.status, "queued"),  # also `waiting`, `requested`, `pending`
            # also `stale`: GitHub gave up on a run that was not completed for 14 days
            conclusion=_CONCLUSIONS.get(self.conclusion, "cancelled") if self.conclusion else None,
            url=self.html_url or "",
        )


class _Output(GitHubModel):
    annotations_count: int


class _Annotated(GitHubModel):
    output: _Output


class _Page(GitHubModel):
    check_runs: tuple[_CheckRun, ...]


class GitHubChecks:
    """Takes `checks: write`."""

    def __init__(self, client: Client, app_id: int) -> None:
        self._client = client
        self._app_id = app_id

    def create(
        self,
        repo: RepoRef,
        *,
        name: str,
        head_sha: HeadSha,
        external_id: str,
        output: CheckOutput,
        conclusion: Conclusion | None = None,
    ) -> CheckRun:
        """A queued check run, or with a conclusion one that is completed already."""
        said = _output(output, ())
        state: Mapping[str, Json] = (
            {"status": "completed", "conclusion": conclusion} if conclusion else {"status": "queued"}
        )
        body = {"name": name, "head_sha": head_sha, "external_id": external_id, "output": said, **state}
        call = _write("POST", repo, ("check-runs",), f"commit {head_sha}", body)
        return self._client.ask(call, _CheckRun).as_check_run()

    def find(self, repo: RepoRef, *, name: str, head_sha: HeadSha, external_id: str) -> CheckRun | None:
        """The App's own newest check run of that name and external id."""
        for page in range(1, MOST_PAGES + 1):
            check_runs = self._page(repo, name, head_sha, page)
            for found in check_runs:
                if found.external_id == external_id and found.app is not None and found.app.id == self._app_id:
                    return found.as_check_run()
            if len(check_runs) < PER_PAGE:
                return None
        return None

    def get(self, repo: RepoRef, check_run: CheckRunId) -> CheckRun | None:
        call = Call("GET", repo, ("check-runs", check_run), f"check run {check_run}", READ)
        found = self._client.find(call, _CheckRun)
        return found.as_check_run() if found else None

    def start(self, repo: RepoRef, check_run: CheckRunId, *, at: datetime, output: CheckOutput) -> None:
        said = _output(output, ())
        self._update(repo, check_run, {"status": "in_progress", "started_at": _timestamp(at), "output": said})

    def conclude(
        self, repo: RepoRef, check_run: CheckRunId, *, conclusion: Conclusion, at: datetime, output: CheckOutput
    ) -> None:
        """Complete the check run with the last of its annotations: until all of them are there, it is in progress.

        GitHub appends annotations. So that none is on it twice, those that an earlier attempt sent are counted first.
        """
        sent = self._annotations_on(repo, check_run) if output.annotations else 0
        *first, last = _outputs(output, after=sent)
        for part in first:
            self._update(repo, check_run, {"status": "in_progress", "output": part})
        completed = {"status": "completed", "conclusion": conclusion, "completed_at": _timestamp(at), "output": last}
        self._update(repo, check_run, completed)

    def _annotations_on(self, repo: RepoRef, check_run: CheckRunId) -> int:
        call = Call("GET", repo, ("check-runs", check_run), f"check run {check_run}", READ)
        return self._client.ask(call, _Annotated).output.annotations_count

    def _update(self, repo: RepoRef, check_run: CheckRunId, body: Mapping[str, Json]) -> None:
        self._client.do(_write("PATCH", repo, ("check-runs", check_run), f"check run {check_run}", body))

    def _page(self, repo: RepoRef, name: str, head_sha: HeadSha, page: int) -> Sequence[_CheckRun]:
        params = {"check_name": name, "app_id": self._app_id, "filter": "all", "per_page": PER_PAGE, "page": page}
        path = ("commits", head_sha, "check-runs")
        call = Call("GET", repo, path, f"commit {head_sha}", READ, params)
        return self._client.ask(call, _Page).check_runs


def _write(method: Method, repo: RepoRef, path: tuple[str | int, ...], thing: str, body: Json) -> Call:
    return Call(method, repo, path, thing, WRITE, body=body)


def _outputs(output: CheckOutput, *, after: int) -> list[Json]:
    """The output as often as its annotations after the first so many need requests, 50 in each."""
    annotations = [_annotation(annotation) for annotation in output.annotations[after:]]
    starts = range(0, max(len(annotations), 1), ANNOTATIONS_PER_REQUEST)
    return [_output(output, annotations[start : start + ANNOTATIONS_PER_REQUEST]) for start in starts]


def _output(output: CheckOutput, annotations: Sequence[Json]) -> Json:
    words = {"title": output.title[:LONGEST_TITLE], "summary": cut(output.summary, LONGEST_TEXT)}
    text = {"text": cut(output.text, LONGEST_TEXT)} if output.text else {}
    return {**words, **text, "annotations": annotations}


def _annotation(annotation: Annotation) -> Json:
    return {
        "path": annotation.path,
        "start_line": annotation.start_line,
        "end_line": annotation.end_line,
        "annotation_level": annotation.level,
        "title": annotation.title[:LONGEST_TITLE],
        "message": cut(annotation.message, LONGEST_MESSAGE),
    }


def _timestamp(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
