"""Who looks at a page, and forms that only our own pages can send."""

import hmac
from secrets import token_hex

from flask import abort, redirect, request, session
from werkzeug.wrappers import Response

from app.demo.github import access
from app.demo.github.access import Anonymous, AsPerson, Caller, Need
from app.demo.github.answers import Refusal
from app.demo.github.records import Account, Issue, Pull, Repository
from app.demo.github.rest.request import site
from app.demo.github.site import Actor

PERSON, TOKEN = "person", "form"


def person() -> Account | None:
    """Whom the visitor acts as, where they chose somebody."""
    chosen: object = session.get(PERSON)
    return site().store.get(Account, chosen) if isinstance(chosen, int) else None


def act_as(login: str) -> None:
    """Act as that person from now on; without a login, as nobody."""
    account = site().store.find(Account, 0, login.lower())
    if account is not None and account.kind == "User":
        session[PERSON] = account.id
    else:
        session.pop(PERSON, None)


def viewer() -> Caller:
    account = person()
    return AsPerson(account) if account else Anonymous()


def actor() -> Actor:
    account = person()
    if account is None:
        raise Refusal(401, "Choose at the top of the page whom you act as, then do it again.")
    return Actor(account)


def enter(owner: str, name: str, need: Need) -> Repository:
    """The repository, where the visitor may do this in it."""
    repo = site().repository(owner, name)
    try:
        return access.require(viewer(), repo, need)
    except Refusal as refusal:
        if refusal.status != 403:
            raise
        raise Refusal(403, f"{_name()} may not do that in {owner}/{name}.") from refusal


def may(repo: Repository, need: Need) -> bool:
    try:
        access.require(viewer(), repo, need)
    except Refusal:
        return False
    return True


def issue_in(repo: Repository, number: int) -> Issue:
    return site().store.find(Issue, repo.id, str(number)) or abort(404)


def pull_in(repo: Repository, number: int) -> Pull:
    return site().store.find(Pull, repo.id, str(number)) or abort(404)


def form_token() -> str:
    """What every form carries: known to this visitor's browser and to nobody else."""
    if not isinstance(session.get(TOKEN), str):
        session[TOKEN] = token_hex(16)
    return str(session[TOKEN])


def check_form() -> None:
    """Refuse a form that did not come from one of our pages."""
    if request.method == "POST" and not hmac.compare_digest(request.form.get(TOKEN, ""), form_token()):
        raise Refusal(403, "This form is too old, or came from elsewhere. Reload the page and send it again.")


def field(name: str) -> str:
    """A text field of the form, with the line ends that browsers send made plain."""
    return request.form.get(name, "").replace("\r\n", "\n").strip()


def go_to(path: str) -> Response:
    """Show another of our pages, after a form was taken."""
    return redirect(path, 303)


def _name() -> str:
    account = person()
    return account.login if account else "Nobody"
