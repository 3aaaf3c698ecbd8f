"""People, and what anybody may ask of the site itself. https://docs.github.com/en/rest/users"""

from flask import Blueprint, Response

from app.demo.github.access import AsPerson
from app.demo.github.answers import Refusal
from app.demo.github.records import Account
from app.demo.github.rest.request import caller, reply, site
from app.demo.github.serialize.accounts import private_user, public_user

blueprint = Blueprint("users", __name__)


@blueprint.get("/user")
def get_authenticated_user() -> Response:
    match caller():
        case AsPerson(account):
            return reply(private_user(site(), account))
        case _:
            raise Refusal(403, "Resource not accessible by integration")


@blueprint.get("/users/<login>")
def get_user(login: str) -> Response:
    account = site().store.find(Account, 0, login.lower())
    if account is None:
        raise Refusal(404, "Not Found")
    return reply(public_user(site(), account))


@blueprint.get("/user/<int:account_id>")
def get_user_by_id(account_id: int) -> Response:
    account = site().store.get(Account, account_id)
    if account is None:
        raise Refusal(404, "Not Found")
    return reply(public_user(site(), account))


@blueprint.get("/meta")
def get_meta() -> Response:
    return reply({"verifiable_password_authentication": False, "hooks": ["127.0.0.1/32"], "git": ["127.0.0.1/32"]})
