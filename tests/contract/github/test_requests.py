"""What goes over the wire, and what is made of answers that a healthy repository seldom gives."""

from base64 import b64encode
from datetime import UTC, datetime

import pytest
from pydantic import BaseModel

from app.domain.change import GeneratedFile
from app.domain.repo import Actor, HeadSha, IssueRef, PullRef
from app.errors import RepoError, TransientError
from app.ports.code_host import Annotation, CheckOutput, CheckRunId, Permission
from tests.contract.github.conftest import SHOP, Bench
from tests.contract.github.loopback import REPOSITORY, refuse, reply

SHA = HeadSha("a" * 40)
NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
CHECK_RUNS = f"POST {REPOSITORY}/check-runs"
CHECK_RUN = f"PATCH {REPOSITORY}/check-runs/5"
SEEN_CHECK_RUN = f"GET {REPOSITORY}/check-runs/5"
FOUND_CHECK_RUNS = f"GET {REPOSITORY}/commits/{SHA}/check-runs"
OURS, THEIRS = {"id": 4242}, {"id": 1}


class SentAnnotation(BaseModel):
    start_line: int
    title: str
    message: str


class SentOutput(BaseModel):
    title: str
    summary: str
    text: str = ""
    annotations: list[SentAnnotation]


class SentCheckRun(BaseModel):
    status: str
    conclusion: str | None = None
    completed_at: str | None = None
    output: SentOutput


def sent(bench: Bench, request: str) -> list[SentCheckRun]:
    return [SentCheckRun.model_validate(body) for body in bench.server.bodies(request)]


def check_run(**fields: object) -> dict[str, object]:
    usual = {"id": 5, "name": "ACS / tests", "head_sha": SHA, "external_id": "acs:1", "status": "queued", "app": OURS}
    return {**usual, "conclusion": None, "html_url": "https://github.local/5", **fields}


def pull(**fields: object) -> dict[str, object]:
    head = {"ref": "acs", "sha": SHA, "repo": {"id": 42}}
    base = {"ref": "main", "sha": SHA, "repo": {"id": 42}}
    usual = {"number": 3, "state": "open", "draft": True, "html_url": "https://github.local/3"}
    return {**usual, "head": head, "base": base, **fields}


def with_annotations(count: int) -> dict[str, object]:
    return check_run(output={"annotations_count": count})


def annotations(count: int) -> tuple[Annotation, ...]:
    return tuple(Annotation("a.ts", line, line, "warning", "Late", "too late") for line in range(1, count + 1))


@pytest.mark.parametrize(
    ("permission", "role_name", "expected"),
    [
        ("write", "maintain", "maintain"),
        ("read", "triage", "triage"),
        ("write", "release captain", "write"),
        ("admin", "", "admin"),
        ("none", "admin", "none"),
    ],
)
def test_a_custom_role_counts_as_the_role_it_is_built_on(
    bench: Bench, permission: str, role_name: str, expected: Permission
) -> None:
    answer = {"permission": permission, "role_name": role_name, "user": {"id": 1, "login": "ada"}}
    bench.server.on(f"GET {REPOSITORY}/collaborators/ada/permission", reply(200, answer))

    assert bench.ports().collaborators.permission(SHOP, Actor("ada", 1, "User")) == expected


def test_a_permission_github_does_not_have_is_no_permission(bench: Bench) -> None:
    answer = {"permission": "owner", "role_name": "admin", "user": {"id": 1}}
    bench.server.on(f"GET {REPOSITORY}/collaborators/ada/permission", reply(200, answer))

    with pytest.raises(TransientError, match="makes no sense at permission"):
        bench.ports().collaborators.permission(SHOP, Actor("ada", 1, "User"))


def test_a_commit_names_no_author_so_that_github_signs_it(bench: Bench) -> None:
    unsigned = {"verified": False, "reason": "unsigned"}
    commit = {"sha": "c" * 40, "tree": {"sha": "t1"}, "verification": unsigned}
    bench.server.on(f"GET {REPOSITORY}/git/commits/{SHA}", reply(200, commit))
    bench.server.on(f"POST {REPOSITORY}/git/blobs", reply(201, {"sha": "b1"}))
    bench.server.on(f"POST {REPOSITORY}/git/trees", reply(201, {"sha": "t2"}))
    bench.server.on(f"POST {REPOSITORY}/git/commits", reply(201, commit))
    picture, large = b64encode(b"\x89PNG").decode(), "é" * 200_000
    files = [
        GeneratedFile("a.ts", "1\n", "modify"),
        GeneratedFile("b.png", picture, "create", encoding="base64"),
        GeneratedFile("c.ts", "", "delete"),
        GeneratedFile("d.ts", large, "create"),
    ]

    made = bench.ports().commits.commit(SHOP, parent=SHA, files=files, message="Add")

    assert bench.server.bodies(f"POST {REPOSITORY}/git/blobs") == [
        {"content": picture, "encoding": "base64"},
        {"content": b64encode(large.encode()).decode(), "encoding": "base64"},
    ]
    assert bench.server.bodies(f"POST {REPOSITORY}/git/trees") == [
        {
            "base_tree": "t1",
            "tree": [
                {"path": "a.ts", "mode": "100644", "type": "blob", "content": "1\n"},
                {"path": "b.png", "mode": "100644", "type": "blob", "sha": "b1"},
                {"path": "c.ts", "mode": "100644", "type": "blob", "sha": None},
                {"path": "d.ts", "mode": "100644", "type": "blob", "sha": "b1"},
            ],
        }
    ]
    assert bench.server.bodies(f"POST {REPOSITORY}/git/commits") == [{"message": "Add", "tree": "t2", "parents": [SHA]}]
    assert (made.is_verified, made.verification_reason) == (False, "unsigned")


@pytest.mark.parametrize("branch", ["../../../acme/other/git/ref/heads/main", "a/../b", "./a", "a//b", ""])
def test_a_branch_name_cannot_lead_to_another_place(bench: Bench, branch: str) -> None:
    with pytest.raises(RepoError, match="correct the name"):
        bench.ports().commits.branch_head(SHOP, branch)
    with pytest.raises(RepoError, match="correct the name"):
        bench.ports().commits.delete_branch(SHOP, branch)


def test_what_looks_like_a_query_in_a_branch_name_is_part_of_it(bench: Bench) -> None:
    bench.server.on(f"DELETE {REPOSITORY}/git/refs/heads/a?b#c%2e", reply(204, ""))

    bench.ports().commits.delete_branch(SHOP, "a?b#c%2e")

    assert bench.server.asked(f"DELETE {REPOSITORY}/git/refs/heads/a?b#c%2e") == 1


def test_only_the_apps_own_check_run_is_found(bench: Bench) -> None:
    runs = [
        check_run(id=9, app=THEIRS),
        check_run(id=8, app=None),
        check_run(id=7, external_id="acs:2"),
        check_run(id=6, external_id=None),
        check_run(id=5, status="waiting"),
        check_run(id=4),
    ]
    bench.server.on(FOUND_CHECK_RUNS, reply(200, {"total_count": 6, "check_runs": runs}))

    found = bench.ports().checks.find(SHOP, name="ACS / tests", head_sha=SHA, external_id="acs:1")

    assert found is not None
    assert (found.id, found.status) == (5, "queued")


def test_a_check_run_that_github_gave_up_on_is_cancelled(bench: Bench) -> None:
    runs = [check_run(status="completed", conclusion="stale")]
    bench.server.on(FOUND_CHECK_RUNS, reply(200, {"total_count": 1, "check_runs": runs}))

    found = bench.ports().checks.find(SHOP, name="ACS / tests", head_sha=SHA, external_id="acs:1")

    assert found is not None
    assert found.conclusion == "cancelled"


@pytest.mark.parametrize(("count", "batches"), [(0, [0]), (1, [1]), (50, [50]), (51, [50, 1]), (120, [50, 50, 20])])
def test_a_check_run_stays_in_progress_until_its_last_annotations_are_sent(
    bench: Bench, count: int, batches: list[int]
) -> None:
    bench.server.on(CHECK_RUN, reply(200, check_run()))
    bench.server.on(SEEN_CHECK_RUN, reply(200, with_annotations(0)))
    output = CheckOutput("Failed", "Some failed", annotations=annotations(count))

    bench.ports().checks.conclude(SHOP, CheckRunId(5), conclusion="failure", at=NOW, output=output)

    *before, last = sent(bench, CHECK_RUN)
    assert [len(one.output.annotations) for one in (*before, last)] == batches
    assert {(one.status, one.conclusion) for one in before} <= {("in_progress", None)}
    assert (last.status, last.conclusion, last.completed_at) == ("completed", "failure", "2026-01-02T03:04:05Z")
    assert {(one.output.title, one.output.summary) for one in (*before, last)} == {("Failed", "Some failed")}


def test_a_conclusion_that_breaks_off_leaves_the_check_run_in_progress(bench: Bench) -> None:
    bench.server.on(SEEN_CHECK_RUN, reply(200, with_annotations(0)))
    bench.server.on(CHECK_RUN, reply(200, check_run()), refuse(502, "Bad Gateway"))
    output = CheckOutput("Failed", "Some failed", annotations=annotations(120))

    with pytest.raises(TransientError):
        bench.ports().checks.conclude(SHOP, CheckRunId(5), conclusion="failure", at=NOW, output=output)

    assert [one.status for one in sent(bench, CHECK_RUN)] == ["in_progress", "in_progress"]


@pytest.mark.parametrize(
    ("there", "batches"),
    [
        pytest.param(50, [(51, 100), (101, 120)], id="the first request arrived"),
        pytest.param(100, [(101, 120)], id="all but the last arrived"),
        pytest.param(120, [], id="all arrived, and nobody heard of it"),
    ],
)
def test_a_conclusion_goes_on_where_it_broke_off(bench: Bench, there: int, batches: list[tuple[int, int]]) -> None:
    bench.server.on(SEEN_CHECK_RUN, reply(200, with_annotations(there)))
    bench.server.on(CHECK_RUN, reply(200, check_run()))
    output = CheckOutput("Failed", "Some failed", annotations=annotations(120))

    bench.ports().checks.conclude(SHOP, CheckRunId(5), conclusion="failure", at=NOW, output=output)

    *_, last = requests = sent(bench, CHECK_RUN)
    lines = [[one.start_line for one in request.output.annotations] for request in requests]
    assert [(min(batch), max(batch)) for batch in lines if batch] == batches
    assert (last.status, last.conclusion) == ("completed", "failure")


def test_annotations_come_with_the_conclusion_only(bench: Bench) -> None:
    bench.server.on(CHECK_RUNS, reply(201, check_run()))
    bench.server.on(CHECK_RUN, reply(200, check_run()))
    output, checks = CheckOutput("t", "s", annotations=annotations(1)), bench.ports().checks

    checks.create(SHOP, name="ACS / tests", head_sha=SHA, external_id="acs:1", output=output)
    checks.start(SHOP, CheckRunId(5), at=NOW, output=output)

    assert [one.output.annotations for one in (*sent(bench, CHECK_RUNS), *sent(bench, CHECK_RUN))] == [[], []]


def test_what_is_too_long_for_a_check_run_is_cut(bench: Bench) -> None:
    bench.server.on(SEEN_CHECK_RUN, reply(200, with_annotations(0)))
    bench.server.on(CHECK_RUN, reply(200, check_run()))
    remark = Annotation("a.ts", 1, 1, "failure", "t" * 300, "m" * 70_000)
    output = CheckOutput("t" * 300, "s" * 70_000, "x" * 70_000, annotations=(remark,))

    bench.ports().checks.conclude(SHOP, CheckRunId(5), conclusion="failure", at=NOW, output=output)

    (one,) = sent(bench, CHECK_RUN)
    (annotation,) = one.output.annotations
    assert [len(text) for text in (one.output.title, one.output.summary, one.output.text)] == [255, 65_535, 65_535]
    assert (len(annotation.title), len(annotation.message)) == (255, 16_000)
    assert one.output.summary.endswith("_Cut here: the rest is longer than GitHub shows._")


def test_a_check_run_without_text_has_none(bench: Bench) -> None:
    bench.server.on(CHECK_RUNS, reply(201, check_run()))

    bench.ports().checks.create(SHOP, name="n", head_sha=SHA, external_id="acs:1", output=CheckOutput("t", "s"))

    assert bench.server.bodies(CHECK_RUNS) == [
        {
            "name": "n",
            "head_sha": SHA,
            "external_id": "acs:1",
            "status": "queued",
            "output": {"title": "t", "summary": "s", "annotations": []},
        }
    ]


def test_a_pull_request_of_another_branch_or_of_a_fork_is_not_ours(bench: Bench) -> None:
    elsewhere = {"ref": "acs", "sha": SHA, "repo": {"id": 43}}
    other_branch = {"ref": "acs-2", "sha": SHA, "repo": {"id": 42}}
    listed = [pull(number=9, head=elsewhere), pull(number=8, head=other_branch), pull(number=7), pull(number=6)]
    bench.server.on(f"GET {REPOSITORY}/pulls", reply(200, listed))

    found = bench.ports().pulls.find(SHOP, "acs")

    assert found is not None
    assert found.ref == PullRef(SHOP, 7)


def test_a_pull_request_whose_fork_was_deleted_is_still_from_a_fork(bench: Bench) -> None:
    orphan = pull(head={"ref": "acs", "sha": SHA, "repo": None}, state="closed", draft=False)
    bench.server.on(f"GET {REPOSITORY}/pulls/3", reply(200, orphan))

    found = bench.ports().pulls.get(PullRef(SHOP, 3))

    assert (found.is_fork, found.is_open, found.is_draft) == (True, False, False)


def test_an_issue_with_endless_comments_is_given_up_by_name(bench: Bench) -> None:
    comments = f"GET {REPOSITORY}/issues/1/comments"
    bench.server.on(comments, reply(200, [{"id": n, "body": None} for n in range(100)]))

    with pytest.raises(RepoError, match="acme/shop#1 has more than 5,000 comments"):
        bench.ports().issues.find_comment(IssueRef(SHOP, 1), "<!-- acs -->")
    assert bench.server.asked(comments) == 50


def test_a_renamed_repository_is_followed(bench: Bench) -> None:
    bench.server.on(f"GET {REPOSITORY}/pulls/3", reply(301, {}, location=f"{bench.server.url}/repositories/42/pulls/3"))
    bench.server.on("GET /repositories/42/pulls/3", reply(200, pull()))

    assert bench.ports().pulls.get(PullRef(SHOP, 3)).head_sha == SHA
    assert bench.server.authorizations("GET /repositories/42/pulls/3") == ["token ghs_first"]


def test_github_is_told_which_version_of_its_api_we_speak(bench: Bench) -> None:
    bench.server.on(f"GET {REPOSITORY}/pulls/3", reply(200, pull()))

    bench.ports().pulls.get(PullRef(SHOP, 3))

    (headers,) = [headers for line, headers, _ in bench.server.requests if line.endswith("/pulls/3")]
    assert headers["X-Github-Api-Version"] == "2022-11-28"
