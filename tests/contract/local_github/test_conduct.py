"""How the REST API behaves whatever is asked: headers, pages, conditional requests, limits, and faults on request."""

import time

import httpx
import pytest

from tests.contract.local_github.world import SHOP, Document, World, number, running


def test_every_answer_bears_githubs_headers(world: World) -> None:
    with world.person("maria") as maria:
        for answer in (maria.get("/user"), maria.get("/repos/acme/nothing")):
            assert answer.headers["X-GitHub-Request-Id"]
            assert answer.headers["X-GitHub-Media-Type"] == "github.v3; format=json"
            assert answer.headers["X-RateLimit-Limit"] == "5000"
        refused = maria.get("/repos/acme/nothing").json()
        assert refused == {"message": "Not Found", "documentation_url": "https://docs.github.com/rest", "status": "404"}


def test_an_unknown_path_is_refused_like_any_other(world: World) -> None:
    with world.person("maria") as maria:
        answer = maria.get(f"/repos/{SHOP}/teleport")
    assert (answer.status_code, answer.json()["message"]) == (404, "Not Found")


@pytest.mark.parametrize("path", ["check-runs/{}", "issues/{}", "pulls/{}", "issues/comments/{}", "check-suites/{}"])
def test_a_number_nobody_counts_to_is_not_found(world: World, path: str) -> None:
    with world.person("maria") as maria:
        assert maria.get(f"/repos/{SHOP}/{path.format(10**30)}").status_code == 404


def test_an_unchanged_answer_is_not_sent_again_and_costs_nothing(world: World) -> None:
    issue = world.issue()
    with world.person("rita") as rita:
        url = f"/repos/{SHOP}/issues/{issue}"
        first = rita.get(url)
        again = rita.get(url, headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["X-RateLimit-Used"] == first.headers["X-RateLimit-Used"]
        rita.patch(url, json={"title": "Another"})
        assert rita.get(url, headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


def test_a_list_is_read_page_by_page(troubled: World) -> None:
    made = [troubled.issue(labels=["paged"]) for _ in range(5)]
    with troubled.person("maria") as maria:
        first = maria.get(f"/repos/{SHOP}/issues?per_page=2&labels=paged")
        assert set(first.links) == {"next", "last"}
        seen, answer = [number(one, "number") for one in first.json()], first
        while "next" in answer.links:
            answer = maria.get(answer.links["next"]["url"])
            seen += [number(one, "number") for one in answer.json()]
        assert seen == made[::-1]
        assert set(answer.links) == {"prev", "first"}


def test_the_hour_is_used_up_for_one_token_at_a_time(tmp_path_factory: pytest.TempPathFactory) -> None:
    with running(tmp_path_factory.mktemp("limited"), requests_per_hour=3) as limited, limited.person("tom") as tom:
        assert [tom.get("/user").status_code for _ in range(4)] == [200, 200, 200, 403]
        refused = tom.get("/user")
        assert "rate limit exceeded" in refused.json()["message"]
        assert refused.headers["X-RateLimit-Remaining"] == "0"
        assert "Retry-After" not in refused.headers, "when the hour ends stands in X-RateLimit-Reset"
        assert tom.get("/rate_limit").json()["resources"]["core"]["remaining"] == 0
        with limited.person("maria") as maria:
            assert maria.get("/user").status_code == 200


def test_another_name_for_this_machine_is_refused(world: World) -> None:
    with world.person("maria") as maria:
        assert maria.get("/user", headers={"Host": "rebound.example:80"}).status_code == 421
        foreign = maria.post(f"/repos/{SHOP}/issues", json={"title": "x"}, headers={"Origin": "https://evil.example"})
        assert foreign.status_code == 403


@pytest.mark.parametrize(
    ("effect", "status", "headers"),
    [
        pytest.param({"kind": "status", "status": 502}, 502, {}, id="an outage"),
        pytest.param(
            {"kind": "status", "status": 429, "retry_after": 7},
            429,
            {"Retry-After": "7", "X-RateLimit-Remaining": "0"},
            id="a primary limit",
        ),
        pytest.param(
            {"kind": "secondary_rate_limit", "retry_after": 9}, 403, {"Retry-After": "9"}, id="a secondary limit"
        ),
        pytest.param({"kind": "garbage"}, 200, {"Content-Type": "text/html; charset=utf-8"}, id="garbage"),
    ],
)
def test_requests_fail_as_often_as_asked(
    troubled: World, effect: Document, status: int, headers: dict[str, str]
) -> None:
    rule: Document = {"effect": effect, "method": "GET", "path": "/repos/.*", "count": 2}
    with troubled.person("maria") as maria:
        assert maria.post("/_local/faults", json={"rules": [rule]}).status_code == 200
        answers = [maria.get(f"/repos/{SHOP}") for _ in range(3)]
        assert [one.status_code for one in answers] == [status, status, 200]
        assert {name: answers[0].headers[name] for name in headers} == headers
        assert maria.get("/user").status_code == 200


def test_a_share_of_requests_fails_the_same_way_for_the_same_seed(troubled: World) -> None:
    rule: Document = {"effect": {"kind": "status", "status": 500}, "probability": 0.5, "seed": 11}
    runs: list[list[int]] = []
    with troubled.person("maria") as maria:
        for _ in range(2):
            maria.post("/_local/faults", json={"rules": [rule]})
            runs.append([maria.get("/user").status_code for _ in range(20)])
        maria.delete("/_local/faults")
        assert maria.get("/user").status_code == 200
    assert runs[0] == runs[1]
    assert {*runs[0]} == {200, 500}


@pytest.mark.parametrize(
    ("when", "made"), [pytest.param("before", 0, id="before it acts"), pytest.param("after", 1, id="after it acted")]
)
def test_a_dropped_connection_leaves_the_caller_in_doubt(troubled: World, when: str, made: int) -> None:
    rule: Document = {"effect": {"kind": "dropped", "when": when}, "method": "POST", "path": ".*/issues"}
    with troubled.person("maria") as maria:
        before = len(maria.get(f"/repos/{SHOP}/issues?per_page=100").json())
        maria.post("/_local/faults", json={"rules": [rule]})
        with pytest.raises(httpx.TransportError):
            maria.post(f"/repos/{SHOP}/issues", json={"title": "Did it arrive?"})
        assert len(maria.get(f"/repos/{SHOP}/issues?per_page=100").json()) - before == made


def test_a_half_sent_answer_leaves_the_caller_in_doubt(troubled: World) -> None:
    rule: Document = {"effect": {"kind": "half_sent"}, "method": "POST", "path": ".*/issues", "count": 1}
    with troubled.person("maria") as maria:
        before = len(maria.get(f"/repos/{SHOP}/issues?per_page=100").json())
        maria.post("/_local/faults", json={"rules": [rule]})
        wanted = maria.build_request("POST", f"/repos/{SHOP}/issues", json={"title": "Did it arrive?"})
        answer = maria.send(wanted, stream=True)
        assert (answer.status_code, answer.headers["Content-Type"]) == (201, "application/json; charset=utf-8")
        with pytest.raises(httpx.RemoteProtocolError, match="peer closed connection"):
            answer.read()
        assert answer.num_bytes_downloaded == int(answer.headers["Content-Length"]) // 2
        assert len(maria.get(f"/repos/{SHOP}/issues?per_page=100").json()) == before + 1


def test_latency_is_added(troubled: World) -> None:
    with troubled.person("maria") as maria:
        maria.post("/_local/faults", json={"rules": [{"effect": {"kind": "latency", "seconds": 0.4}, "count": 1}]})
        began = time.monotonic()
        assert maria.get("/user").status_code == 200
        assert time.monotonic() - began >= 0.4


def test_a_fault_that_does_not_exist_is_refused(world: World) -> None:
    with world.person("maria") as maria:
        assert maria.post("/_local/faults", json={"rules": [{"effect": {"kind": "plague"}}]}).status_code == 422


def test_a_deleted_repository_is_gone_for_everybody(own_world: World) -> None:
    own_world.pull("soon-gone")
    with own_world.bot() as bot, own_world.person("maria") as maria:
        assert maria.delete(f"/_local/repos/{SHOP}").status_code == 204
        assert maria.get(f"/repos/{SHOP}").status_code == 404
        assert bot.get(f"/repos/{SHOP}/pulls").status_code == 404
        own_world.receiver.wait("installation_repositories.removed")
