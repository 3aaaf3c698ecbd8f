"""The start page: repositories, Apps, and the choice of whom to act as."""

from flask import Blueprint, render_template
from werkzeug.wrappers import Response

from app.demo.github.access import role_of
from app.demo.github.pages import visit
from app.demo.github.records import Account, App, Issue, Repository
from app.demo.github.rest.request import site

blueprint = Blueprint("home", __name__)
PALETTE = ("#4c6fbf", "#2f855a", "#b7791f", "#9b2c5e", "#6b46c1", "#2c7a7b", "#9c4221")


@blueprint.get("/")
def index() -> str:
    me = visit.person()
    repos = [repo for repo in site().store.all(Repository) if not repo.private or (me and role_of(repo, me))]
    return render_template(
        "home.html",
        repos=[(repo, *_open(repo)) for repo in repos],
        people=[one for one in site().store.all(Account) if one.kind == "User"],
        apps=site().store.all(App),
    )


@blueprint.post("/act-as")
def act_as() -> Response:
    visit.act_as(visit.field("login"))
    back = visit.field("back")
    return visit.go_to(back if back.startswith("/") and back[1:2] not in {"/", "\\"} else "/")


@blueprint.get("/avatars/<int:account_id>.svg")
def avatar(account_id: int) -> Response:
    account = site().store.get(Account, account_id)
    letter = account.login[0].upper() if account and account.login[0].isalnum() else "?"
    shape = (
        '<rect width="40" height="40" rx="9"'
        if account and account.kind != "User"
        else '<circle cx="20" cy="20" r="20"'
    )
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40">'
        f'{shape} fill="{PALETTE[account_id % len(PALETTE)]}"/>'
        '<text x="20" y="27" font-family="sans-serif" font-size="19" fill="#fff" text-anchor="middle">'
        f"{letter}</text></svg>"
    )
    return Response(svg, content_type="image/svg+xml", headers={"Cache-Control": "max-age=3600"})


@blueprint.get("/<owner>")
def profile(owner: str) -> Response:
    """There are no profiles here: people's names lead to the start page."""
    return visit.go_to(f"/#{owner}")


def _open(repo: Repository) -> tuple[int, int]:
    """How many issues and how many pull requests of the repository are open."""
    issues = [issue for issue in site().store.all(Issue, repo.id) if issue.state == "open"]
    pulls = sum(issue.is_pull for issue in issues)
    return len(issues) - pulls, pulls
