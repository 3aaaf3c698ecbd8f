"""Repositories, in full (`full-repository`) and as a line in another resource (`repository`, `minimal-repository`)."""

from app.demo.github.records import Account, Issue, Repository, Role
from app.demo.github.serialize import Fields, stamp
from app.demo.github.serialize.accounts import permissions_of, simple_user
from app.demo.github.serialize.nodes import node_id
from app.demo.github.site import Site

_RESOURCES = {
    "forks_url": "/forks",
    "keys_url": "/keys{/key_id}",
    "collaborators_url": "/collaborators{/collaborator}",
    "teams_url": "/teams",
    "hooks_url": "/hooks",
    "issue_events_url": "/issues/events{/number}",
    "events_url": "/events",
    "assignees_url": "/assignees{/user}",
    "branches_url": "/branches{/branch}",
    "tags_url": "/tags",
    "blobs_url": "/git/blobs{/sha}",
    "git_tags_url": "/git/tags{/sha}",
    "git_refs_url": "/git/refs{/sha}",
    "trees_url": "/git/trees{/sha}",
    "statuses_url": "/statuses/{sha}",
    "languages_url": "/languages",
    "stargazers_url": "/stargazers",
    "contributors_url": "/contributors",
    "subscribers_url": "/subscribers",
    "subscription_url": "/subscription",
    "commits_url": "/commits{/sha}",
    "git_commits_url": "/git/commits{/sha}",
    "comments_url": "/comments{/number}",
    "issue_comment_url": "/issues/comments{/number}",
    "contents_url": "/contents/{+path}",
    "compare_url": "/compare/{base}...{head}",
    "merges_url": "/merges",
    "archive_url": "/{archive_format}{/ref}",
    "downloads_url": "/downloads",
    "issues_url": "/issues{/number}",
    "pulls_url": "/pulls{/number}",
    "milestones_url": "/milestones{/number}",
    "notifications_url": "/notifications{?since,all,participating}",
    "labels_url": "/labels{/name}",
    "releases_url": "/releases{/id}",
    "deployments_url": "/deployments",
}


def api_url(site: Site, repo: Repository) -> str:
    return f"{site.url}/repos/{repo.full_name}"


def html_url(site: Site, repo: Repository) -> str:
    return f"{site.url}/{repo.full_name}"


def repository_line(repo: Repository) -> Fields:
    """The five fields with which installation events name a repository."""
    return {
        "id": repo.id,
        "node_id": node_id("Repository", repo.id),
        "name": repo.name,
        "full_name": repo.full_name,
        "private": repo.private,
    }


def minimal_repository(site: Site, repo: Repository) -> Fields:
    url = api_url(site, repo)
    return {
        **repository_line(repo),
        "owner": simple_user(site, site.store.need(Account, repo.owner_id)),
        "html_url": html_url(site, repo),
        "description": repo.description,
        "fork": False,
        "url": url,
        **{name: f"{url}{path}" for name, path in _RESOURCES.items()},
    }


def repository(site: Site, repo: Repository) -> Fields:
    page = html_url(site, repo)
    open_issues = site.store.count(Issue, repo.id, state="open")
    return {
        **minimal_repository(site, repo),
        "created_at": stamp(repo.created_at),
        "updated_at": stamp(repo.updated_at),
        "pushed_at": stamp(repo.pushed_at),
        "git_url": f"git://{page.removeprefix('http://')}.git",
        "ssh_url": f"git@{page.removeprefix('http://').replace('/', ':', 1)}.git",
        "clone_url": f"{page}.git",
        "svn_url": page,
        "homepage": None,
        "size": 0,
        "stargazers_count": 0,
        "watchers_count": 0,
        "language": None,
        "has_issues": True,
        "has_projects": False,
        "has_downloads": True,
        "has_wiki": False,
        "has_pages": False,
        "has_discussions": False,
        "forks_count": 0,
        "mirror_url": None,
        "archived": False,
        "disabled": False,
        "open_issues_count": open_issues,
        "license": None,
        "allow_forking": True,
        "is_template": False,
        "web_commit_signoff_required": False,
        "topics": [],
        "visibility": "private" if repo.private else "public",
        "forks": 0,
        "open_issues": open_issues,
        "watchers": 0,
        "default_branch": repo.default_branch,
    }


def pushed_repository(site: Site, repo: Repository) -> Fields:
    """As `push` events show it: with times in seconds, and two names that nothing else uses any more."""
    return {
        **repository(site, repo),
        "created_at": int(repo.created_at.timestamp()),
        "pushed_at": int(repo.pushed_at.timestamp()),
        "stargazers": 0,
        "master_branch": repo.default_branch,
    }


def full_repository(site: Site, repo: Repository, role: Role | None) -> Fields:
    return {
        **repository(site, repo),
        "permissions": permissions_of(role),
        "allow_squash_merge": True,
        "allow_merge_commit": True,
        "allow_rebase_merge": True,
        "allow_auto_merge": False,
        "delete_branch_on_merge": False,
        "custom_properties": {},
        "network_count": 0,
        "subscribers_count": 0,
    }
