"""All of ACS against the local GitHub: what people do there, and what they see afterwards."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self, TypeVar

import httpx
import jwt
from sqlalchemy import Row, Table, select

import app.demo
from app.adapters.sql.engine import open_engine, reading
from app.demo.github.local import LocalGitHub
from app.demo.github.seed import Seed, SeedApp, SeedPerson, SeedRepository
from app.demo.stack import Registration, Stack, free_port
from tests.e2e.round_robin import RoundRobin
from tests.postgresql import PostgreSQL

SAMPLES = Path(app.demo.__file__).parent / "samples"
UNTESTED = Path(__file__).parent / "samples" / "untested"
SHOP = "octo/shop"
QUICK = {
    "ACS_LEASE": "PT3S",
    "ACS_CLOCK_TICK": "PT0.2S",
    "ACS_RETRY_FIRST": "PT0.2S",
    "ACS_RETRY_LONGEST": "PT2S",
    "ACS_PROGRESS_EVERY": "PT0.3S",
    # one installation does the work of hours in a minute, and the local GitHub bears it
    "ACS_CONTENT_PER_MINUTE": "100000",
    "ACS_CONTENT_PER_HOUR": "100000",
    "ACS_POINTS_PER_MINUTE": "1000000",
}

T = TypeVar("T")
Json = Any
Database = Literal["sqlite", "postgresql"]


class World:
    """A local GitHub with people on it, and an ACS installed there, both in one folder and on free ports.

    With several web processes, deliveries go to them in turn.
    """

    def __init__(
        self,
        state: Path,
        *,
        repositories: Mapping[str, Path] | None = None,
        settings: Mapping[str, str] | None = None,
        database: Database = "sqlite",
        webs: int = 1,
        workers: int = 1,
        requests_per_hour: int | None = None,
    ) -> None:
        self._closing = ExitStack()
        self.postgresql = (
            self._closing.enter_context(PostgreSQL(state / "postgresql")) if database == "postgresql" else None
        )
        self.database_url = self.postgresql.url if self.postgresql else f"sqlite:///{state / 'acs' / 'acs.db'}"
        ports = [free_port() for _ in range(webs)]
        urls = [f"http://127.0.0.1:{port}" for port in ports]
        entrance = urls[0] if webs == 1 else self._closing.enter_context(RoundRobin(urls)).url
        roles = {"maria": "admin", "omar": "write", "tina": "triage", "eve": "read"}
        seed = Seed(
            people=[SeedPerson(login=login) for login in (*roles, "sam")],
            repositories=[
                SeedRepository(full_name=name, files=files, roles=roles, labels=("acs",))  # pyright: ignore[reportArgumentType]
                for name, files in (repositories or {SHOP: SAMPLES / "typescript"}).items()
            ],
            app=SeedApp(webhook_url=f"{entrance}/webhooks/github"),
        )
        self.github = self._closing.enter_context(
            LocalGitHub.start(state / "github", seed, requests_per_hour=requests_per_hour)
        )
        keys = self.github.keys
        assert keys.app_id is not None
        assert keys.private_key is not None
        assert keys.webhook_secret is not None
        self.webhook_secret = keys.webhook_secret
        self._engine = open_engine(self.database_url)
        self._closing.callback(self._engine.dispose)
        self.stack = Stack(
            state / "acs",
            ports[0],
            Registration(
                api_url=self.github.url,
                app_id=keys.app_id,
                private_key=keys.private_key,
                webhook_secret=keys.webhook_secret,
            ),
            settings={**QUICK, "ACS_DATABASE_URL": self.database_url, **(settings or {})},
            webs=webs,
            workers=workers,
            more_ports={f"web-{number}": port for number, port in enumerate(ports[1:], start=2)},
        )

    def __enter__(self) -> Self:
        try:
            self._closing.enter_context(self.stack)
        except BaseException:
            self._closing.close()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._closing.close()

    def request(self, who: str, method: str, path: str, json: Json = None) -> httpx.Response:
        with self.github.as_user(who) as client:
            return client.request(method, path, json=json)

    def get(self, path: str, who: str = "maria") -> Json:
        answer = self.request(who, "GET", path)
        assert answer.is_success, answer.text
        return answer.json()

    def act(self, who: str, method: str, path: str, json: Json = None) -> Json:
        answer = self.request(who, method, path, json)
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    def open_issue(self, title: str, body: str, *, by: str = "maria", repo: str = SHOP) -> int:
        return self.act(by, "POST", f"/repos/{repo}/issues", {"title": title, "body": body})["number"]

    def label(self, number: int, *, by: str = "maria", repo: str = SHOP, label: str = "acs") -> None:
        self.act(by, "POST", f"/repos/{repo}/issues/{number}/labels", {"labels": [label]})

    def unlabel(self, number: int, *, by: str = "maria", repo: str = SHOP, label: str = "acs") -> None:
        self.act(by, "DELETE", f"/repos/{repo}/issues/{number}/labels/{label}")

    def comments(self, number: int, repo: str = SHOP) -> list[str]:
        return [comment["body"] for comment in self.get(f"/repos/{repo}/issues/{number}/comments?per_page=100")]

    def reactions(self, number: int, repo: str = SHOP) -> list[str]:
        return [reaction["content"] for reaction in self.get(f"/repos/{repo}/issues/{number}/reactions")]

    def pulls(self, repo: str = SHOP) -> list[Json]:
        return self.get(f"/repos/{repo}/pulls?state=all&per_page=100")

    def branches(self, repo: str = SHOP) -> list[str]:
        return sorted(branch["name"] for branch in self.get(f"/repos/{repo}/branches?per_page=100"))

    def check_runs(self, sha: str, repo: str = SHOP) -> list[Json]:
        return self.get(f"/repos/{repo}/commits/{sha}/check-runs?filter=all&per_page=100")["check_runs"]

    def faults(self, **faults: Json) -> None:
        answer = httpx.post(f"{self.github.url}/_local/faults", json=faults, trust_env=False)
        assert answer.is_success, answer.text

    def faults_now(self) -> dict[str, Json]:
        """The faults that GitHub suffers from, as `faults` takes them."""
        return httpx.get(f"{self.github.url}/_local/faults", trust_env=False).json()

    def is_delivering(self) -> bool:
        """Whether GitHub has deliveries to make that are not held back."""
        return httpx.get(f"{self.github.url}/_local/deliveries", trust_env=False).json()["waiting"] > 0

    def as_app(self, method: str, path: str) -> Json:
        """A request that the App itself signs, like pressing *Redeliver* on its settings page."""
        return self._as_app(method, path).json()

    def _as_app(self, method: str, path: str) -> httpx.Response:
        now = int(time.time())
        claims = {"iat": now - 30, "exp": now + 300, "iss": str(self.stack.registration.app_id)}
        token = jwt.encode(claims, self.stack.registration.private_key, algorithm="RS256")
        headers = {"Authorization": f"Bearer {token}"}
        url = path if path.startswith("http") else f"{self.github.url}{path}"
        answer = httpx.request(method, url, headers=headers, trust_env=False, timeout=30)
        assert answer.is_success, answer.text
        return answer

    def deliveries(self) -> Iterator[Json]:
        """Every attempt that GitHub made to deliver something, newest first."""
        page = self._as_app("GET", "/app/hook/deliveries?per_page=100")
        yield from page.json()
        while "next" in page.links:
            page = self._as_app("GET", page.links["next"]["url"])
            yield from page.json()

    def redeliver_everything(self) -> None:
        """Have GitHub send every delivery it knows of once more, in the order in which they were first sent."""
        for delivery in reversed(list({one["guid"]: one for one in self.deliveries()}.values())):
            self.as_app("POST", f"/app/hook/deliveries/{delivery['id']}/attempts")

    def local(self, method: str, path: str) -> None:
        """Something that only the local GitHub can do."""
        answer = httpx.request(method, f"{self.github.url}/_local{path}", trust_env=False, timeout=30)
        assert answer.is_success, answer.text

    def rows(self, table: Table) -> Sequence[Row[Any]]:
        """What ACS has written down in a table."""
        with reading(self._engine) as connection:
            return connection.execute(select(table)).all()

    def log_lines(self, *names: str) -> list[str]:
        folder = self.stack.state / "logs"
        return [line for name in names for line in (folder / f"{name}.log").read_text().splitlines()]


def eventually(look: Callable[[], T | None], *, within: float = 30, what: str = "it") -> T:
    """What `look` finds as soon as it finds something true."""
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        if found := look():
            return found
        time.sleep(0.05)
    raise AssertionError(f"{what} did not happen within {within} s")


def concluded(world: World, sha: str, *, count: int = 1, within: float = 60, repo: str = SHOP) -> Sequence[Json]:
    """The check runs on a head, once that many of them are completed."""

    def look() -> Sequence[Json] | None:
        runs = [run for run in world.check_runs(sha, repo) if run["status"] == "completed"]
        return runs if len(runs) >= count else None

    return eventually(look, within=within, what=f"{count} completed check runs")
