"""Repositories, and who may do what in them. https://docs.github.com/en/rest/repos/repos"""

from flask import Blueprint, Response

from app.demo.github import access
from app.demo.github.access import AsPerson, to_read
from app.demo.github.answers import Refusal
from app.demo.github.records import Account, Repository
from app.demo.github.rest.request import caller, enter, reply, site
from app.demo.github.serialize.accounts import collaborator
from app.demo.github.serialize.repositories import full_repository

blueprint = Blueprint("repositories", __name__)
READ = to_read("metadata")


@blueprint.get("/repos/<owner>/<name>")
def get_repository(owner: str, name: str) -> Response:
    return _full(enter(owner, name, READ))


@blueprint.get("/repositories/<int:repo_id>")
def get_repository_by_id(repo_id: int) -> Response:
    return _full(access.require(caller(), site().store.get(Repository, repo_id), READ))


@blueprint.get("/repos/<owner>/<name>/collaborators/<login>/permission")
def get_permission(owner: str, name: str, login: str) -> Response:
    repo = enter(owner, name, READ)
    account = site().store.find(Account, 0, login.lower())
    if account is None:
        raise Refusal(404, f"{login} is not a user")
    return reply(collaborator(site(), account, access.role_of(repo, account)))


def _full(repo: Repository) -> Response:
    asking = caller()
    role = access.role_of(repo, asking.account) if isinstance(asking, AsPerson) else None
    return reply(full_repository(site(), repo, role))
