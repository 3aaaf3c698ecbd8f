"""Pull requests: in a list (`pull-request-simple`), alone (`pull-request`), and as a check run names them."""

from app.demo.github import lookup
from app.demo.github.records import Account, Comment, Issue, Pull, Repository
from app.demo.github.serialize import Fields, maybe_stamp, stamp
from app.demo.github.serialize.accounts import simple_user, user_by_id
from app.demo.github.serialize.issues import assignees_of, association, issue_page, labels_of
from app.demo.github.serialize.nodes import node_id
from app.demo.github.serialize.repositories import api_url, repository
from app.demo.github.site import Site


def pull_request_simple(site: Site, repo: Repository, issue: Issue, pull: Pull) -> Fields:
    url, page = f"{api_url(site, repo)}/pulls/{pull.number}", issue_page(site, repo, issue)
    issue_url = f"{api_url(site, repo)}/issues/{pull.number}"
    links = {
        "html": page,
        "issue": issue_url,
        "comments": f"{issue_url}/comments",
        "review_comments": f"{url}/comments",
        "review_comment": f"{api_url(site, repo)}/pulls/comments{{/number}}",
        "commits": f"{url}/commits",
        "statuses": f"{api_url(site, repo)}/statuses/{pull.head_sha}",
    }
    assignees = assignees_of(site, issue)
    return {
        "url": url,
        "id": pull.id,
        "node_id": node_id("Pull", pull.id),
        "diff_url": f"{page}.diff",
        "patch_url": f"{page}.patch",
        **{f"{name}_url": link for name, link in links.items()},
        "number": pull.number,
        "state": issue.state,
        "locked": False,
        "title": issue.title,
        "user": user_by_id(site, issue.author_id),
        "body": issue.body,
        "labels": labels_of(site, repo, issue),
        "milestone": None,
        "active_lock_reason": None,
        "created_at": stamp(issue.created_at),
        "updated_at": stamp(issue.updated_at),
        "closed_at": maybe_stamp(issue.closed_at),
        "merged_at": maybe_stamp(pull.merged_at),
        "merge_commit_sha": pull.merge_commit_sha,
        "assignee": assignees[0] if assignees else None,
        "assignees": assignees,
        "requested_reviewers": [user_by_id(site, one) for one in pull.reviewer_ids],
        "requested_teams": [],
        "head": _end(site, repo, pull.head_branch, pull.head_sha),
        "base": _end(site, repo, pull.base_branch, pull.base_sha),
        "_links": {"self": {"href": url}, **{name: {"href": link} for name, link in links.items()}},
        "author_association": association(repo, issue.author_id),
        "auto_merge": None,
        "draft": pull.draft,
    }


def pull_request(site: Site, repo: Repository, issue: Issue, pull: Pull, *, mergeable: bool | None = None) -> Fields:
    change = site.git(repo).compare(pull.base_sha, pull.head_sha)
    return {
        **pull_request_simple(site, repo, issue, pull),
        "merged": pull.merged_at is not None,
        "mergeable": mergeable,
        "rebaseable": mergeable,
        "mergeable_state": _mergeable_state(pull, mergeable),
        "merged_by": user_by_id(site, pull.merged_by_id) if pull.merged_by_id else None,
        "comments": site.store.count(Comment, issue.id),
        "review_comments": len(lookup.public_comments(site, pull)),
        "maintainer_can_modify": False,
        "commits": len(change.ahead),
        "additions": change.additions,
        "deletions": change.deletions,
        "changed_files": len(change.files),
    }


def pull_request_in_event(site: Site, repo: Repository, issue: Issue) -> Fields:
    """The pull request whose conversation this is, as events show it: mergeability not yet known."""
    return pull_request(site, repo, issue, lookup.pull_of(site, repo, issue))


def pull_request_minimal(site: Site, repo: Repository, pull: Pull) -> Fields:
    line: Fields = {"id": repo.id, "url": api_url(site, repo), "name": repo.name}
    return {
        "id": pull.id,
        "number": pull.number,
        "url": f"{api_url(site, repo)}/pulls/{pull.number}",
        "head": {"ref": pull.head_branch, "sha": pull.head_sha, "repo": line},
        "base": {"ref": pull.base_branch, "sha": pull.base_sha, "repo": line},
    }


def _mergeable_state(pull: Pull, mergeable: bool | None) -> str:
    if mergeable is None:
        return "unknown"
    if not mergeable:
        return "dirty"
    return "draft" if pull.draft else "clean"


def _end(site: Site, repo: Repository, branch: str, sha: str) -> Fields:
    owner = site.store.need(Account, repo.owner_id)
    return {
        "label": f"{repo.owner}:{branch}",
        "ref": branch,
        "sha": sha,
        "user": simple_user(site, owner),
        "repo": repository(site, repo),
    }
