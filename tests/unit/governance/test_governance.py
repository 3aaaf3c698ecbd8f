"""Who may start work, what is kept out of logs, and effects that happen once."""

import pytest

from app.domain.repo import Actor
from app.governance.access import Allowed, Refused, may_start
from app.governance.effects import once
from app.governance.redaction import redact
from app.ports.code_host import Permission
from app.ports.effects import Confirmed, First, Unfinished

MARIA = Actor("maria", 7, "User")


@pytest.mark.parametrize("permission", ["write", "maintain", "admin"])
def test_people_who_may_write_may_start_work(permission: Permission) -> None:
    assert may_start(MARIA, permission) == Allowed()


@pytest.mark.parametrize("permission", ["none", "read", "triage"])
def test_people_who_may_not_write_are_told(permission: Permission) -> None:
    said = f"maria has {permission} permission, and starting work takes write permission"
    assert may_start(MARIA, permission) == Refused(said)


def test_a_bot_is_refused_without_a_word_whatever_it_may() -> None:
    assert may_start(Actor("dependabot[bot]", 8, "Bot"), "admin") == Refused(
        "dependabot[bot] is not a person", silently=True
    )


@pytest.mark.parametrize(
    "secret",
    [
        pytest.param("ghs_16C7e42F292c6912E7710c838347Ae178B4a", id="an installation token"),
        pytest.param("ghs_123_eyJhbGciOi.eyJpc3MiOi-x_y." + "A" * 400, id="an installation token of 2026"),
        pytest.param("github_pat_11ABCDEFG0abcdefgh_xyz", id="a fine-grained token"),
        pytest.param("eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiI5In0.c2ln", id="a JSON web token"),
        pytest.param("-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----", id="a private key"),
        pytest.param("-----BEGIN PRIVATE KEY-----\nMIIE", id="half a private key"),
    ],
)
def test_what_looks_like_a_credential_is_taken_out(secret: str) -> None:
    assert redact(f"before {secret} after").startswith("before [redacted]")
    assert secret not in redact(f"before {secret} after")


def test_a_header_keeps_its_name_and_loses_its_credential() -> None:
    assert redact("Authorization: Basic eDp5 next") == "Authorization: [redacted] next"


def test_a_known_secret_is_taken_out_whatever_it_looks_like() -> None:
    assert redact("it is hunter22", known=["hunter22"]) == "it is [redacted]"


class Log:
    def __init__(self, known: First | Unfinished | Confirmed) -> None:
        self.known = known
        self.confirmed: dict[str, str] = {}

    def intend(self, key: str) -> First | Unfinished | Confirmed:
        return self.known

    def confirm(self, key: str, value: str) -> None:
        self.confirmed[key] = value


@pytest.mark.parametrize(
    ("known", "there", "result", "did"),
    [
        pytest.param(First(), 5, 6, ["act"], id="a first attempt acts without looking"),
        pytest.param(Unfinished(), 5, 5, ["find"], id="a resumed one finds what is there"),
        pytest.param(Unfinished(), None, 6, ["find", "act"], id="a resumed one acts when nothing is there"),
        pytest.param(Confirmed("4"), 5, 4, [], id="a confirmed one does nothing"),
    ],
)
def test_an_effect_happens_once(
    known: First | Unfinished | Confirmed, there: int | None, result: int, did: list[str]
) -> None:
    done: list[str] = []

    def act() -> int:
        done.append("act")
        return 6

    def find() -> int | None:
        done.append("find")
        return there

    log = Log(known)
    assert once(log, "comment", int, act=act, find=find) == result
    assert done == did
    assert log.confirmed == ({} if isinstance(known, Confirmed) else {"comment": str(result)})
