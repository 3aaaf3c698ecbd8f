"""Labels of a repository, and of an issue. https://docs.github.com/en/rest/issues/labels"""

import re
from dataclasses import replace

from flask import Blueprint, Response, request
from pydantic import TypeAdapter, ValidationError

from app.demo.github import issues
from app.demo.github.access import to_read, to_write
from app.demo.github.answers import Refusal, invalid
from app.demo.github.records import Issue, Label, Repository
from app.demo.github.rest.issues import LabelRef, changeable, names_of, reachable
from app.demo.github.rest.request import Body, actor, body, created, enter, nothing, page, reply, site
from app.demo.github.serialize import issues as serialize

blueprint = Blueprint("labels", __name__)
READ = to_read("issues", "pull_requests")
WRITE = to_write("issues", "pull_requests")
COLOR = re.compile(r"[0-9a-fA-F]{6}")


class NewLabel(Body):
    name: str
    color: str = "ededed"
    description: str | None = None


class LabelChange(Body):
    new_name: str | None = None
    color: str | None = None
    description: str | None = None


class LabelNames(Body):
    labels: tuple[str | LabelRef, ...] = ()


@blueprint.get("/repos/<owner>/<name>/labels")
def list_repository_labels(owner: str, name: str) -> Response:
    repo = enter(owner, name, READ)
    return page(site().store.all(Label, repo.id), lambda one: serialize.label(site(), repo, one))


@blueprint.post("/repos/<owner>/<name>/labels")
def create_label(owner: str, name: str) -> Response:
    repo, wanted = enter(owner, name, WRITE), body(NewLabel)
    with site().store.transaction():
        if site().store.find(Label, repo.id, wanted.name.lower()):
            raise invalid("Label", "name", "already_exists")
        made = issues.label_named(site(), repo, wanted.name)
        made = site().store.save(replace(made, color=_color(wanted.color), description=wanted.description))
    return created(serialize.label(site(), repo, made))


@blueprint.get("/repos/<owner>/<name>/labels/<path:label>")
def get_label(owner: str, name: str, label: str) -> Response:
    repo = enter(owner, name, READ)
    return reply(serialize.label(site(), repo, _label(repo, label)))


@blueprint.patch("/repos/<owner>/<name>/labels/<path:label>")
def update_label(owner: str, name: str, label: str) -> Response:
    repo, change = enter(owner, name, WRITE), body(LabelChange)
    found = _label(repo, label)
    changed = replace(
        found,
        name=change.new_name or found.name,
        color=_color(change.color) if change.color else found.color,
        description=change.description if "description" in change.model_fields_set else found.description,
    )
    return reply(serialize.label(site(), repo, site().store.save(changed)))


@blueprint.delete("/repos/<owner>/<name>/labels/<path:label>")
def delete_label(owner: str, name: str, label: str) -> Response:
    repo = enter(owner, name, WRITE)
    found = _label(repo, label)
    with site().store.transaction():
        for issue in site().store.all(Issue, repo.id):
            if found.id in issue.label_ids:
                issues.remove_label(site(), repo, actor(), issue, found.name)
        site().store.delete(found)
    return nothing()


@blueprint.get("/repos/<owner>/<name>/issues/<int:number>/labels")
def list_labels(owner: str, name: str, number: int) -> Response:
    repo, issue = reachable(owner, name, number)
    return page(issues.labels_of(site(), issue), lambda one: serialize.label(site(), repo, one))


@blueprint.post("/repos/<owner>/<name>/issues/<int:number>/labels")
def add_labels(owner: str, name: str, number: int) -> Response:
    repo, issue = changeable(owner, name, number, "triage")
    issue = issues.add_labels(site(), repo, actor(), issue, _names())
    return reply(serialize.labels_of(site(), repo, issue))


@blueprint.put("/repos/<owner>/<name>/issues/<int:number>/labels")
def set_labels(owner: str, name: str, number: int) -> Response:
    repo, issue = changeable(owner, name, number, "triage")
    with site().store.transaction():
        labels = [issues.label_named(site(), repo, one) for one in _names()]
        issue = issues.set_labels(site(), repo, actor(), issue, labels)
    return reply(serialize.labels_of(site(), repo, issue))


@blueprint.delete("/repos/<owner>/<name>/issues/<int:number>/labels/<path:label>")
def remove_label(owner: str, name: str, number: int, label: str) -> Response:
    repo, issue = changeable(owner, name, number, "triage")
    left = issues.remove_label(site(), repo, actor(), issue, label)
    if left is None:
        raise Refusal(404, "Label does not exist")
    return reply(serialize.labels_of(site(), repo, left))


@blueprint.delete("/repos/<owner>/<name>/issues/<int:number>/labels")
def remove_all_labels(owner: str, name: str, number: int) -> Response:
    repo, issue = changeable(owner, name, number, "triage")
    issues.set_labels(site(), repo, actor(), issue, ())
    return nothing()


def _label(repo: Repository, name: str) -> Label:
    found = site().store.find(Label, repo.id, name.lower())
    if found is None:
        raise Refusal(404, "Not Found")
    return found


def _color(color: str) -> str:
    if not COLOR.fullmatch(color):
        raise invalid("Label", "color")
    return color.lower()


def _names() -> list[str]:
    """The names in the body, which is a list, or an object with one."""
    try:
        return names_of(TypeAdapter(tuple[str | LabelRef, ...]).validate_json(request.get_data()))
    except ValidationError:
        return names_of(body(LabelNames).labels)
