from collections.abc import Generator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from app.adapters.github.host import GitHub
from app.adapters.github.tokens import Permissions
from app.domain.repo import RepoRef
from app.ports.budgets import Write
from app.ports.code_host import CodeHost
from tests.contract.github.loopback import MINT, Loopback, loopback, reply
from tests.fakes.budgets import InMemoryPauses

SHOP = RepoRef(host="github.local", installation_id=7, repo_id=42, owner="acme", name="shop")
EVERYTHING: Permissions = {"contents": "write", "issues": "write", "pull_requests": "write", "checks": "write"}


@dataclass
class HandClock:
    """A clock that moves only when a test, or a wait, moves it."""

    moment: datetime = field(default_factory=lambda: datetime.now(UTC))

    def now(self) -> datetime:
        return self.moment

    def sleep(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)

    def pass_(self, time: timedelta) -> None:
        self.moment += time


@dataclass
class Bench:
    """The adapter in front of a loopback server, with a clock in our hand."""

    server: Loopback
    clock: HandClock
    private_key: str
    permitted: list[Write] = field(default_factory=list[Write])

    def __post_init__(self) -> None:
        self.pauses = InMemoryPauses(self.clock)
        self.github = self.process()

    def process(self) -> GitHub:
        """The adapter as one more process has it: pauses are all they share."""
        return GitHub(
            api_url=self.server.url,
            app_id=4242,
            private_key=self.private_key,
            pauses=self.pauses,
            clock=self.clock,
            sleep=self.clock.sleep,
        )

    def ports(self, permissions: Permissions = EVERYTHING) -> CodeHost:
        return self.github.ports(permissions, permit=self.permitted.append)

    def mints(self, *tokens: str) -> None:
        """GitHub mints these tokens, one after the other; each is good for an hour."""
        expires_at = (self.clock.now() + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
        self.server.on(f"POST {MINT}", *(reply(201, {"token": token, "expires_at": expires_at}) for token in tokens))

    def with_a_token_known_everywhere(self) -> None:
        self.github.token(SHOP, EVERYTHING)
        self.clock.pass_(timedelta(minutes=1))


@pytest.fixture(scope="session")
def private_key() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem, pkcs8 = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    return key.private_bytes(pem, pkcs8, serialization.NoEncryption()).decode()


@pytest.fixture
def bench(private_key: str) -> Generator[Bench]:
    with loopback() as server:
        bench = Bench(server, HandClock(), private_key)
        bench.mints("ghs_first", "ghs_second", "ghs_third")
        yield bench
