"""The pages: what people see and what their forms do."""

import re

import httpx
import pytest

from tests.contract.local_github.browser import Browser, browsing
from tests.contract.local_github.world import SHOP, VAULT, Document, World, number, text


def test_an_issue_is_opened_labelled_and_closed_through_forms(world: World) -> None:
    with browsing(world, "rita") as rita:
        new = f"/{SHOP}/issues/new"
        shown = rita.submit(new, new, title="Prices need cents", body="Show **1.50**", labels="bug")
        assert "<strong>1.50</strong>" in shown.text
        issue = shown.url.path
        rita.submit(issue, f"{issue}/labels", add="question")
        assert "Remove question" in rita.see(issue)
        rita.submit(issue, f"{issue}/comment", body="Never mind", act="close")
        assert "Never mind" in rita.see(issue)
        assert ">completed<" in rita.see(issue)
        assert issue in rita.see(f"/{SHOP}/issues?state=closed")
    opened = world.receiver.wait("issues.closed", where=lambda one: issue.endswith(f"/{text(one, 'issue', 'number')}"))
    assert text(opened.payload, "sender", "login") == "rita"


def test_a_reaction_is_given_through_its_form(world: World) -> None:
    issue = f"/{SHOP}/issues/{world.issue()}"
    with browsing(world, "tom") as tom, world.person("tom") as api:
        subject = str(api.get(f"/repos{issue}").json()["id"])
        assert 'title="tom">🚀 1<' in tom.submit(issue, f"{issue}/reactions", subject=subject, content="rocket").text
        assert tom.submit(issue, f"{issue}/reactions", subject="1", content="rocket").status_code == 404
        assert tom.submit(issue, f"{issue}/reactions", subject=subject, content="skull").status_code == 422


@pytest.mark.parametrize(
    ("written", "shown", "hidden"),
    [
        pytest.param("a <!-- acs:task=1 --> b", "<p>a  b</p>", "acs:task", id="a comment in a line"),
        pytest.param("<!-- acs:task=1\n\n-->\nafter", "after", "acs:task", id="a comment over lines"),
        pytest.param("<!-- never closed", "<p", "never closed", id="a comment without an end"),
        pytest.param("<script>alert(1)</script>", "&lt;script&gt;", "<script>", id="a script"),
        pytest.param("x <img src=x onerror=alert(1)>", "&lt;img", "<img src=x", id="an element with a handler"),
        pytest.param("<details open ontoggle=x>", "&lt;details", "<details open", id="a known tag with attributes"),
        pytest.param("[x](javascript:alert(1))", "[x](javascript", 'href="javascript', id="a link that runs"),
        pytest.param("[x](JaVaScRiPt&colon;alert(1))", "[x](", 'href="JaVa', id="a disguised link that runs"),
        pytest.param("[x](//evil.example)", "[x](//evil", 'href="//', id="a link without a scheme"),
        pytest.param("![x](data:text/html,x)", "![x](data", 'src="data', id="an image that is a page"),
        pytest.param("**bold** ~~gone~~", "<strong>bold</strong> <s>gone</s>", "**", id="emphasis"),
        pytest.param("| a |\n|---|\n| b |", "<td>b</td>", "|---|", id="a table"),
        pytest.param("- [x] done", "☑ done", "[x]", id="a task list"),
        pytest.param("<details><summary>S</summary>\n\nin\n</details>", "<details><summary>S<", "&lt;", id="a fold"),
        pytest.param("see #7", f'<a href="/{SHOP}/issues/7">#7</a>', "see #7", id="a number"),
    ],
)
def test_what_people_write_is_shown_and_harmless(world: World, written: str, shown: str, hidden: str) -> None:
    issue = world.issue(body=written)
    with browsing(world) as anybody:
        prose = anybody.see(f"/{SHOP}/issues/{issue}").split('class="prose">')[1].split("<footer")[0]
    assert shown in prose
    assert hidden not in prose


def test_titles_and_names_are_shown_as_text(world: World) -> None:
    issue = world.issue(title="<b>bold</b>", labels=["<i>label"])
    with browsing(world) as anybody:
        page = anybody.see(f"/{SHOP}/issues/{issue}")
    assert "&lt;b&gt;bold" in page
    assert "<b>bold" not in page
    assert "<i>label" not in page


def test_a_form_from_elsewhere_is_refused(world: World) -> None:
    issue = f"/{SHOP}/issues/{world.issue()}"
    with browsing(world, "maria") as maria:
        forged = maria.submit(issue, f"{issue}/comment", form="0" * 32, body="/acs deploy production", act="comment")
        assert forged.status_code == 403
        assert "/acs deploy production" not in maria.see(issue)


def test_after_switching_people_one_stays_on_this_site(world: World) -> None:
    with httpx.Client(base_url=world.github.url, trust_env=False) as client:
        for back, to in (("//evil.example", "/"), ("/\\evil.example", "/"), (f"/{SHOP}", f"/{SHOP}")):
            answer = Browser(client).submit("/", "/act-as", login="tom", back=back)
            assert answer.headers["Location"] == to


def test_pages_show_and_do_what_the_visitor_may(world: World) -> None:
    issue = f"/{SHOP}/issues/{world.issue()}"
    with browsing(world) as anybody, browsing(world, "stranger") as stranger, browsing(world, "maria") as maria:
        assert "Choose at the top" in anybody.see(issue)
        assert "Label to add" not in stranger.see(issue)
        assert stranger.submit(issue, f"{issue}/labels", add="acs").status_code == 403
        assert stranger.submit(issue, f"{issue}/comment", body="", act="close").status_code == 403
        assert anybody.submit(issue, f"{issue}/comment", body="x", act="comment").status_code == 401
        assert anybody.get(f"/{VAULT}").status_code == stranger.get(f"/{VAULT}").status_code == 404
        assert VAULT not in stranger.see("/")
        assert VAULT in maria.see("/")


def test_a_pull_request_shows_its_story(world: World) -> None:
    issue = world.issue(title="Prices need cents")
    pull = world.pull("page", {"src/price.ts": "export const cents = 150\n"}, draft=True, body=f"Closes #{issue}")
    page = f"/{SHOP}/pull/{pull}"
    with world.bot() as bot, browsing(world, "tom") as tom:
        head = text(bot.get(f"/repos/{SHOP}/pulls/{pull}").json(), "head", "sha")
        wanted: Document = {
            "name": "acs/tests",
            "head_sha": head,
            "conclusion": "success",
            "output": {"title": "12 tests passed", "summary": "."},
        }
        bot.post(f"/repos/{SHOP}/check-runs", json=wanted)
        shown = tom.see(page)
        for words in (
            ">draft<",
            "All checks have passed",
            "12 tests passed",
            "Verified (simulated)",
            f"issues/{issue}",
        ):
            assert words in shown
        assert f"pull/{pull}" in tom.see(f"/{SHOP}/issues/{issue}")
        files = tom.see(f"{page}/files")
        assert '<tr class="added"><td class="n"></td><td class="n">1</td>' in files
        assert '<td class="text">export const cents = 150</td>' in files
        assert "Merge pull request" in tom.submit(page, f"{page}/ready").text
    world.receiver.wait("pull_request.ready_for_review", where=lambda one: number(one, "number") == pull)


def test_a_pull_request_is_merged_through_its_form(troubled: World) -> None:
    page = f"/{SHOP}/pull/{troubled.pull('merged-by-form')}"
    with browsing(troubled, "tom") as tom:
        assert "Merged into" in tom.submit(page, f"{page}/merge").text
        assert ">merged<" in tom.see(f"/{SHOP}/pulls?state=closed")


def test_a_check_run_is_read_run_again_and_acted_upon(world: World) -> None:
    head = world.commit({"run-page.txt": "x\n"}, branch="run-page")
    wanted: Document = {
        "name": "acs/static",
        "head_sha": head,
        "conclusion": "failure",
        "actions": [{"label": "Fix it", "description": "Let ACS repair this", "identifier": "fix"}],
        "output": {
            "title": "1 new problem",
            "summary": "`tsc` found **one**.",
            "annotations": [
                {
                    "path": "src/price.ts",
                    "start_line": 3,
                    "end_line": 4,
                    "annotation_level": "failure",
                    "message": "<b>",
                }
            ],
        },
    }
    with world.bot() as bot, browsing(world, "tom") as tom, browsing(world, "stranger") as stranger:
        run = number(bot.post(f"/repos/{SHOP}/check-runs", json=wanted).json(), "id")
        page = f"/{SHOP}/runs/{run}"
        shown = tom.see(page)
        for words in ("1 new problem", "<code>tsc</code> found <strong>one</strong>", "src/price.ts:3–4", "&lt;b&gt;"):
            assert words in shown
        assert "Re-run" not in stranger.see(page)
        assert stranger.submit(page, f"{page}/rerun").status_code == 403
        assert tom.submit(page, f"{page}/rerun").status_code == 200
        assert tom.submit(page, f"{page}/action", identifier="fix").status_code == 200
        assert tom.submit(page, f"{page}/action", identifier="other").status_code == 404
    world.receiver.wait("check_run.rerequested", where=lambda one: number(one, "check_run", "id") == run)
    acted = world.receiver.wait("check_run.requested_action", where=lambda one: number(one, "check_run", "id") == run)
    assert text(acted.payload, "requested_action", "identifier") == "fix"


def test_the_deliveries_are_shown_to_who_administers_all_of_it(troubled: World) -> None:
    troubled.issue()
    troubled.wait_until_delivered()
    log = "/settings/apps/acs/advanced"
    with browsing(troubled, "maria") as maria, browsing(troubled, "tom") as tom:
        assert tom.get(log).status_code == 403
        path = re.search(rf"{log}/\d+", maria.see(log))
        assert path
        assert "&#34;action&#34;: &#34;opened&#34;" in maria.see(path[0])
        assert tom.submit("/", f"{path[0]}/redeliver").status_code == 403
        assert maria.submit(log, f"{path[0]}/redeliver").status_code == 200
    troubled.wait_until_delivered()
    assert len({one.guid for one in troubled.receiver.heard}) == 1
    assert len(troubled.receiver.heard) == 2


def test_files_are_read_at_a_branch_with_slashes(world: World) -> None:
    world.commit({"docs/guide.md": "# Guide\n", "data.bin": "\0"}, branch="acs/issue-9-docs")
    with browsing(world) as anybody:
        assert "<h1>Shop</h1>" in anybody.see(f"/{SHOP}")
        assert "guide.md" in anybody.see(f"/{SHOP}/tree/acs/issue-9-docs/docs")
        assert "<h1>Guide</h1>" in anybody.see(f"/{SHOP}/blob/acs/issue-9-docs/docs/guide.md")
        assert "export const price" in anybody.see(f"/{SHOP}/blob/main/src/price.ts")
        assert "binary" in anybody.see(f"/{SHOP}/blob/acs/issue-9-docs/data.bin")
        assert anybody.get(f"/{SHOP}/blob/main/nothing").status_code == 404
        assert anybody.get(f"/{SHOP}/raw/main/README.md").headers["Content-Type"] == "text/plain; charset=utf-8"


def test_no_page_runs_scripts_or_loads_from_elsewhere(world: World) -> None:
    with browsing(world) as anybody:
        for path in ("/", f"/{SHOP}", f"/{SHOP}/issues", f"/{SHOP}/nothing/here", "/nobody/nothing"):
            policy = anybody.get(path).headers["Content-Security-Policy"]
            assert "default-src 'none'" in policy
            assert "script-src" not in policy
