"""Check runs and suites over REST. https://docs.github.com/en/rest/checks"""

import pytest

from tests.contract.local_github.world import SHOP, Document, World, at, items, number, text

RUNS = f"/repos/{SHOP}/check-runs"


def annotation(line: int) -> dict[str, Document]:
    return {
        "path": "src/price.ts",
        "start_line": line,
        "end_line": line,
        "annotation_level": "warning",
        "message": f"line {line}",
    }


def test_a_check_run_goes_from_queued_to_its_conclusion(world: World) -> None:
    pull = world.pull("checked")
    with world.bot(permissions={"checks": "write", "pull_requests": "read"}) as bot:
        head = text(bot.get(f"/repos/{SHOP}/pulls/{pull}").json(), "head", "sha")
        made = bot.post(RUNS, json={"name": "acs/static", "head_sha": head, "external_id": "acs:1"})
        assert (made.status_code, made.json()["status"], made.json()["conclusion"]) == (201, "queued", None)
        run = number(made.json(), "id")
        assert [number(one, "number") for one in items(made.json(), "pull_requests")] == [pull]

        bot.patch(f"{RUNS}/{run}", json={"status": "in_progress"})
        many = [annotation(line) for line in range(1, 51)]
        output = {"title": "2 warnings", "summary": "Nothing new.", "annotations": many}
        bot.patch(f"{RUNS}/{run}", json={"output": output})
        output = {"title": "2 warnings", "summary": "Nothing new.", "annotations": [annotation(51)]}
        done = bot.patch(f"{RUNS}/{run}", json={"conclusion": "neutral", "output": output}).json()
        assert (done["status"], done["conclusion"]) == ("completed", "neutral")
        assert number(done, "output", "annotations_count") == 51
        pages = [bot.get(f"{RUNS}/{run}/annotations?per_page=50&page={page}").json() for page in (1, 2)]
        assert [text(one, "message") for page in pages for one in page] == [f"line {line}" for line in range(1, 52)]
    completed = world.receiver.wait(
        "check_run.completed", where=lambda one: number(one, "check_run", "id") == run
    ).payload
    assert text(completed, "check_run", "check_suite", "head_branch") == "checked"
    suite = number(completed, "check_run", "check_suite", "id")
    world.receiver.wait("check_suite.completed", where=lambda one: number(one, "check_suite", "id") == suite)


@pytest.mark.parametrize(
    "more",
    [
        pytest.param(
            {"output": {"title": "x", "summary": "x", "annotations": [annotation(1)] * 51}}, id="51 annotations"
        ),
        pytest.param({"output": {"title": "x", "summary": "x" * 65_536}}, id="a summary too long"),
        pytest.param({"output": {"title": "x"}}, id="no summary"),
        pytest.param({"status": "completed"}, id="completed without a conclusion"),
        pytest.param({"conclusion": "great"}, id="a conclusion there is not"),
        pytest.param({"actions": [{"label": "l", "description": "d", "identifier": "i"}] * 4}, id="four buttons"),
        pytest.param({"actions": [{"label": "x" * 21, "description": "d", "identifier": "i"}]}, id="a long label"),
        pytest.param({"head_sha": "0" * 40}, id="a commit that is not there"),
    ],
)
def test_a_check_run_that_cannot_be_is_refused(world: World, more: dict[str, Document]) -> None:
    with world.bot() as bot:
        head = text(bot.get(f"/repos/{SHOP}/git/ref/heads/main").json(), "object", "sha")
        assert bot.post(RUNS, json={"name": "acs/static", "head_sha": head, **more}).status_code == 422


def test_only_apps_write_checks(world: World) -> None:
    with world.person("maria") as maria:
        head = text(maria.get(f"/repos/{SHOP}/git/ref/heads/main").json(), "object", "sha")
        assert maria.post(RUNS, json={"name": "mine", "head_sha": head}).status_code == 403


def test_the_newest_run_of_each_name_is_listed(world: World) -> None:
    head = world.commit({"listed.txt": "x\n"}, branch="listed")
    with world.bot() as bot:
        ids = [
            number(bot.post(RUNS, json={"name": name, "head_sha": head}).json(), "id")
            for name in ("acs/static", "acs/static", "acs/tests")
        ]
        url = f"/repos/{SHOP}/commits/listed/check-runs"
        latest = bot.get(url).json()
        assert (latest["total_count"], {number(one, "id") for one in items(latest, "check_runs")}) == (2, {*ids[1:]})
        assert bot.get(f"{url}?filter=all").json()["total_count"] == 3
        assert bot.get(f"{url}?check_name=acs/tests").json()["total_count"] == 1
        assert bot.get(f"{url}?app_id=1").json()["total_count"] == 0
        suites = bot.get(f"/repos/{SHOP}/commits/{head}/check-suites").json()
        assert (suites["total_count"], number(suites, "check_suites", 0, "latest_check_runs_count")) == (1, 3)


def test_a_rerun_is_asked_of_the_app_that_owns_it(world: World) -> None:
    head = world.commit({"rerun.txt": "x\n"}, branch="rerun")
    with world.bot() as bot, world.person("tom") as tom, world.person("stranger") as stranger:
        made = bot.post(RUNS, json={"name": "acs/static", "head_sha": head, "conclusion": "failure"}).json()
        assert stranger.post(f"{RUNS}/{made['id']}/rerequest").status_code == 403
        assert tom.post(f"{RUNS}/{made['id']}/rerequest").status_code == 201
        suite = number(made, "check_suite", "id")
        assert tom.post(f"/repos/{SHOP}/check-suites/{suite}/rerequest").status_code == 201
    heard = world.receiver.wait("check_run.rerequested", where=lambda one: number(one, "check_run", "id") == made["id"])
    assert (text(heard.payload, "sender", "login"), at(heard.payload, "check_run", "conclusion")) == ("tom", "failure")
    world.receiver.wait("check_suite.rerequested", where=lambda one: number(one, "check_suite", "id") == suite)
