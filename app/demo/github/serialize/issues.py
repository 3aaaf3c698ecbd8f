"""Issues, their labels, comments and reactions."""

from urllib.parse import quote

from app.demo.github.records import Account, Comment, Issue, IssueEvent, Label, Pull, Reaction, Repository
from app.demo.github.serialize import Fields, Json, maybe_stamp, stamp
from app.demo.github.serialize.accounts import user_by_id
from app.demo.github.serialize.apps import integration_by_id
from app.demo.github.serialize.nodes import node_id
from app.demo.github.serialize.repositories import api_url, html_url
from app.demo.github.site import Site

REACTIONS = ("+1", "-1", "laugh", "hooray", "confused", "heart", "rocket", "eyes")


def label(site: Site, repo: Repository, found: Label) -> Fields:
    return {
        "id": found.id,
        "node_id": node_id("Label", found.id),
        "url": f"{api_url(site, repo)}/labels/{quote(found.name)}",
        "name": found.name,
        "description": found.description,
        "color": found.color,
        "default": found.default,
    }


def labels_of(site: Site, repo: Repository, found: Issue) -> list[Json]:
    labels = [site.store.get(Label, label_id) for label_id in found.label_ids]
    return [label(site, repo, one) for one in labels if one is not None]


def assignees_of(site: Site, found: Issue) -> list[Json]:
    return [user_by_id(site, account_id) for account_id in found.assignee_ids]


def reactions(site: Site, subject_id: int, url: str) -> Fields:
    given = [reaction.content for reaction in site.store.all(Reaction, subject_id)]
    return {
        "url": f"{url}/reactions",
        "total_count": len(given),
        **{content: sum(one == content for one in given) for content in REACTIONS},
    }


def reaction(site: Site, found: Reaction) -> Fields:
    return {
        "id": found.id,
        "node_id": node_id("Reaction", found.id),
        "user": user_by_id(site, found.account_id),
        "content": found.content,
        "created_at": stamp(found.created_at),
    }


def association(repo: Repository, account_id: int) -> str:
    if account_id == repo.owner_id:
        return "OWNER"
    return "COLLABORATOR" if account_id in repo.roles else "NONE"


def issue_page(site: Site, repo: Repository, found: Issue) -> str:
    return f"{html_url(site, repo)}/{'pull' if found.is_pull else 'issues'}/{found.number}"


def issue(site: Site, repo: Repository, found: Issue) -> Fields:
    url = f"{api_url(site, repo)}/issues/{found.number}"
    assignees = assignees_of(site, found)
    return {
        "url": url,
        "repository_url": api_url(site, repo),
        "labels_url": f"{url}/labels{{/name}}",
        "comments_url": f"{url}/comments",
        "events_url": f"{url}/events",
        "html_url": issue_page(site, repo, found),
        "id": found.id,
        "node_id": node_id("Issue", found.id),
        "number": found.number,
        "title": found.title,
        "user": user_by_id(site, found.author_id),
        "labels": labels_of(site, repo, found),
        "state": found.state,
        "locked": False,
        "assignee": assignees[0] if assignees else None,
        "assignees": assignees,
        "milestone": None,
        "comments": site.store.count(Comment, found.id),
        "created_at": stamp(found.created_at),
        "updated_at": stamp(found.updated_at),
        "closed_at": maybe_stamp(found.closed_at),
        "author_association": association(repo, found.author_id),
        "active_lock_reason": None,
        "body": found.body,
        "closed_by": user_by_id(site, found.closed_by_id) if found.closed_by_id else None,
        "reactions": reactions(site, found.id, url),
        "timeline_url": f"{url}/timeline",
        "performed_via_github_app": integration_by_id(site, found.app_id),
        "state_reason": found.state_reason,
        **(_as_pull(site, repo, found) if found.is_pull else {}),
    }


def issue_in_event(site: Site, repo: Repository, found: Issue) -> Fields:
    """As deliveries show it: who closed it, only the REST API says."""
    shown = issue(site, repo, found)
    return {name: value for name, value in shown.items() if name != "closed_by"}


def issue_event(site: Site, repo: Repository, found: IssueEvent) -> Fields:
    """What happened to an issue; which fields there are depends on what it was."""
    sha = found.commit_sha
    shown: Fields = {
        "id": found.id,
        "node_id": node_id("IssueEvent", found.id),
        "url": f"{api_url(site, repo)}/issues/events/{found.id}",
        "actor": user_by_id(site, found.actor_id),
        "event": found.event,
        "commit_id": sha,
        "commit_url": f"{api_url(site, repo)}/commits/{sha}" if sha else None,
        "created_at": stamp(found.created_at),
        "performed_via_github_app": integration_by_id(site, found.app_id),
    }
    if found.label_name is not None:
        shown["label"] = {"name": found.label_name, "color": found.label_color}
    if found.assignee_id is not None:
        shown["assignee"] = user_by_id(site, found.assignee_id)
        shown["assigner"] = user_by_id(site, found.actor_id)
    if found.renamed_from is not None:
        shown["rename"] = {"from": found.renamed_from, "to": found.renamed_to}
    return shown


def _as_pull(site: Site, repo: Repository, found: Issue) -> Fields:
    pull = site.store.find(Pull, repo.id, str(found.number))
    page = issue_page(site, repo, found)
    return {
        "draft": pull.draft if pull else False,
        "pull_request": {
            "url": f"{api_url(site, repo)}/pulls/{found.number}",
            "html_url": page,
            "diff_url": f"{page}.diff",
            "patch_url": f"{page}.patch",
            "merged_at": maybe_stamp(pull.merged_at if pull else None),
        },
    }


def comment(site: Site, repo: Repository, on: Issue, found: Comment) -> Fields:
    url = f"{api_url(site, repo)}/issues/comments/{found.id}"
    author = site.store.need(Account, found.author_id)
    return {
        "url": url,
        "html_url": f"{issue_page(site, repo, on)}#issuecomment-{found.id}",
        "issue_url": f"{api_url(site, repo)}/issues/{on.number}",
        "id": found.id,
        "node_id": node_id("Comment", found.id),
        "user": user_by_id(site, author.id),
        "created_at": stamp(found.created_at),
        "updated_at": stamp(found.updated_at),
        "body": found.body,
        "author_association": association(repo, author.id),
        "reactions": reactions(site, found.id, url),
        "performed_via_github_app": integration_by_id(site, found.app_id),
    }
