"""Installation tokens: one repository, the permissions of the job, minted rarely, doubted while young."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from app.adapters.github.host import GitHub
from app.adapters.github.tokens import Permissions
from app.domain.repo import Actor, IssueRef
from app.errors import RepoError, TransientError
from tests.contract.github.conftest import EVERYTHING, SHOP, Bench
from tests.contract.github.loopback import MINT, REPOSITORY, Reply, refuse, reply

READ: Permissions = {"contents": "read"}
ADA = Actor("ada", 1, "User")
ISSUE = IssueRef(SHOP, 1)
REACTIONS = f"POST {REPOSITORY}/issues/1/reactions"
PERMISSION = f"GET {REPOSITORY}/collaborators/ada/permission"
WRITES = reply(200, {"permission": "write", "role_name": "write", "user": {"id": 1}})


def test_a_token_is_for_one_repository_and_the_permissions_of_the_job(bench: Bench) -> None:
    bench.github.token(SHOP, READ)
    bench.github.token(SHOP, {})

    assert bench.server.bodies(f"POST {MINT}") == [
        {"repository_ids": [42], "permissions": {"metadata": "read", "contents": "read"}},
        {"repository_ids": [42], "permissions": {"metadata": "read"}},
    ]


def test_the_app_proves_itself_with_a_short_lived_signature(bench: Bench) -> None:
    bench.github.token(SHOP, READ)

    scheme, _, signed = bench.server.authorizations(f"POST {MINT}")[0].partition(" ")
    public_key = load_pem_private_key(bench.private_key.encode(), None).public_key()
    assert isinstance(public_key, RSAPublicKey)
    claims = jwt.decode(signed, public_key, algorithms=["RS256"])
    assert (scheme, claims["iss"]) == ("Bearer", "4242")
    assert claims["exp"] - claims["iat"] <= 600


def test_jobs_of_the_same_kind_share_a_token_and_others_do_not(bench: Bench) -> None:
    first = bench.github.token(SHOP, {"contents": "read", "issues": "write"})

    assert bench.github.token(SHOP, {"issues": "write", "contents": "read"}) == first
    assert bench.github.token(SHOP, {"issues": "write"}) != first
    assert bench.github.token(replace(SHOP, repo_id=43), {"contents": "read", "issues": "write"}) != first


def test_a_token_is_renewed_five_minutes_before_it_expires(bench: Bench) -> None:
    bench.github.token(SHOP, READ)

    bench.clock.pass_(timedelta(minutes=54))
    assert bench.github.token(SHOP, READ) == "ghs_first"
    bench.clock.pass_(timedelta(minutes=1, seconds=1))
    assert bench.github.token(SHOP, READ) == "ghs_second"


def test_threads_that_need_the_same_token_at_once_get_one(bench: Bench) -> None:
    with ThreadPoolExecutor(8) as pool:
        tokens = [pool.submit(bench.github.token, SHOP, READ) for _ in range(8)]

    assert {token.result() for token in tokens} == {"ghs_first"}
    assert bench.server.asked(f"POST {MINT}") == 1


@pytest.mark.parametrize(
    ("answer", "installed", "message"),
    [
        pytest.param(
            refuse(403, "This installation has been suspended"),
            reply(200),
            "Installation 7 of the App on acme is suspended: unsuspend it in the settings of acme",
            id="suspended",
        ),
        pytest.param(
            refuse(404, "Not Found"),
            refuse(404, "Not Found"),
            "Installation 7 of the App on acme does not exist any more: install the App again",
            id="uninstalled",
        ),
        pytest.param(
            refuse(404, "Not Found"),
            reply(200),
            "acme/shop does not exist any more or the App may not see it",
            id="repository gone",
        ),
        pytest.param(
            refuse(422, "There is at least one repository that does not exist or is not accessible."),
            reply(200),
            "acme/shop does not exist any more or the App may not see it",
            id="repository taken out of the installation",
        ),
        pytest.param(
            refuse(422, "The permissions requested are not granted to this installation."),
            reply(200),
            "The App lacks a permission in acme/shop: grant it “contents: read”",
            id="permission not granted",
        ),
        pytest.param(
            refuse(401, "A JSON web token could not be decoded"),
            reply(200),
            "github.local does not accept the App's key: check the App id, its private key, and this machine's clock",
            id="wrong key",
        ),
    ],
)
def test_a_token_that_cannot_be_minted_says_what_to_mend(
    bench: Bench, answer: Reply, installed: Reply, message: str
) -> None:
    bench.server.on(f"POST {MINT}", answer)
    bench.server.on("GET /app/installations/7", installed)

    with pytest.raises(RepoError) as refused:
        bench.github.token(SHOP, READ)
    assert str(refused.value).startswith(message)


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(refuse(500, "Server Error"), id="an outage"),
        pytest.param(refuse(403, "You have exceeded a secondary rate limit"), id="a rate limit"),
        pytest.param(reply(201, {"token": "ghs_x"}), id="no expiry"),
        pytest.param(reply(201, "<html>"), id="no JSON"),
    ],
)
def test_a_token_that_is_not_minted_now_is_asked_for_later(bench: Bench, answer: Reply) -> None:
    bench.server.on(f"POST {MINT}", answer)

    with pytest.raises(TransientError):
        bench.github.token(SHOP, READ)


def test_a_file_that_is_no_private_key_is_named_and_not_shown(bench: Bench) -> None:
    github = GitHub(
        api_url=bench.server.url, app_id=1, private_key="-----BEGIN secret", pauses=bench.pauses, clock=bench.clock
    )

    with pytest.raises(RepoError, match=r"The App's private key cannot sign: give ACS the \.pem file") as refused:
        github.token(SHOP, READ)
    assert "secret" not in f"{refused.value} {refused.value.__cause__}"


def test_apps_of_the_same_id_on_two_hosts_sign_with_their_own_keys(bench: Bench) -> None:
    bench.github.token(SHOP, READ)
    elsewhere = GitHub(
        api_url=bench.server.url, app_id=4242, private_key="no key", pauses=bench.pauses, clock=bench.clock
    )

    with pytest.raises(RepoError, match="private key cannot sign"):
        elsewhere.token(SHOP, READ)


def test_expiry_may_have_fractions_of_a_second(bench: Bench) -> None:
    bench.server.on(f"POST {MINT}", reply(201, {"token": "ghs_x", "expires_at": "2999-01-01T00:00:00.123Z"}))

    assert bench.github.token(SHOP, READ) == "ghs_x"


@pytest.mark.parametrize("status", [401, 404])
def test_a_fresh_token_that_is_not_known_everywhere_yet_is_tried_again(bench: Bench, status: int) -> None:
    not_yet = refuse(status, "Bad credentials")
    bench.server.on(f"GET {REPOSITORY}", not_yet)
    bench.server.on(REACTIONS, not_yet, not_yet, reply(201))
    before = bench.clock.now()

    bench.ports().issues.react(ISSUE, "eyes")

    assert bench.server.asked(REACTIONS) == 3
    assert bench.clock.now() - before < timedelta(seconds=2)
    assert bench.server.asked(f"POST {MINT}") == 1


def test_a_404_is_believed_at_once_when_the_fresh_token_sees_the_repository(bench: Bench) -> None:
    bench.server.on(f"GET {REPOSITORY}", reply(200))
    before = bench.clock.now()

    assert bench.ports().collaborators.permission(SHOP, ADA) == "none"

    assert bench.server.asked(PERMISSION) == 1
    assert bench.clock.now() == before


def test_a_404_on_an_older_token_is_the_truth(bench: Bench) -> None:
    bench.with_a_token_known_everywhere()

    assert bench.ports().collaborators.permission(SHOP, ADA) == "none"

    assert bench.server.asked(PERMISSION) == 1
    assert bench.server.asked(f"GET {REPOSITORY}") == 0


def test_doubts_about_a_fresh_token_end(bench: Bench) -> None:
    bench.server.on(PERMISSION, refuse(401, "Bad credentials"))
    before = bench.clock.now()

    with pytest.raises(TransientError, match="does not accept the token for acme/shop yet"):
        bench.ports().collaborators.permission(SHOP, ADA)
    assert bench.clock.now() - before < timedelta(seconds=10)


def test_a_token_that_was_revoked_is_replaced(bench: Bench) -> None:
    bench.with_a_token_known_everywhere()
    bench.server.on(PERMISSION, refuse(401, "Bad credentials"), WRITES)

    assert bench.ports().collaborators.permission(SHOP, ADA) == "write"

    assert bench.server.authorizations(PERMISSION) == ["token ghs_first", "token ghs_second"]
    assert bench.github.token(SHOP, EVERYTHING) == "ghs_second"
