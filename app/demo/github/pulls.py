"""What happens to pull requests: opened, edited, followed when their branch moves, merged."""

import re
from dataclasses import replace

from app.demo.github import issues
from app.demo.github.answers import Refusal, invalid
from app.demo.github.git import NO_SHA
from app.demo.github.git_objects import Commit, GitError, Signature
from app.demo.github.happenings import remember
from app.demo.github.lookup import conversation, open_pulls_from
from app.demo.github.records import Issue, Pull, Repository
from app.demo.github.serialize import Fields
from app.demo.github.serialize.commits import WEB_FLOW
from app.demo.github.site import Actor, Site

CLOSING = re.compile(r"\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):?\s+#(\d+)\b", re.IGNORECASE)


def open_pull(
    site: Site, repo: Repository, by: Actor, *, title: str, body: str | None, head: str, base: str, draft: bool
) -> Pull:
    """https://docs.github.com/en/rest/pulls/pulls#create-a-pull-request"""
    git = site.git(repo)
    head_sha, base_sha = git.head(head), git.head(base)
    if head_sha is None:
        raise invalid("PullRequest", "head")
    if base_sha is None:
        raise invalid("PullRequest", "base")
    if not git.compare(base_sha, head_sha).ahead:
        raise _refused(f"No commits between {base} and {head}")
    with site.store.transaction():
        if any(pull.base_branch == base for pull in open_pulls_from(site, repo, head)):
            raise _refused(f"A pull request already exists for {repo.owner}:{head}.")
        now, number = site.now(), issues.next_number(site, repo)
        issue = Issue(
            repo_id=repo.id,
            number=number,
            author_id=by.account.id,
            app_id=by.app_id,
            title=title,
            body=body,
            is_pull=True,
            created_at=now,
            updated_at=now,
        )
        issues.check_text(title, body)
        issue = site.store.insert(issue)
        pull = Pull(
            repo_id=repo.id,
            number=number,
            head_branch=head,
            head_sha=head_sha,
            base_branch=base,
            base_sha=base_sha,
            draft=draft,
        )
        pull = site.store.insert(pull)
        issues.announce_issue(site, repo, by, "opened", issue)
    return pull


def set_draft(site: Site, repo: Repository, by: Actor, pull: Pull, *, draft: bool) -> Pull:
    if pull.draft == draft:
        return pull
    with site.store.transaction():
        pull = site.store.save(replace(pull, draft=draft))
        issue = conversation(site, repo, pull)
        remember(site, by, issue, "convert_to_draft" if draft else "ready_for_review")
        issues.announce_issue(site, repo, by, "converted_to_draft" if draft else "ready_for_review", issue)
    return pull


def set_base(site: Site, repo: Repository, by: Actor, pull: Pull, base: str) -> Pull:
    if base == pull.base_branch:
        return pull
    sha = site.git(repo).head(base)
    if sha is None:
        raise invalid("PullRequest", "base")
    changes: Fields = {"base": {"ref": {"from": pull.base_branch}, "sha": {"from": pull.base_sha}}}
    with site.store.transaction():
        pull = site.store.save(replace(pull, base_branch=base, base_sha=sha))
        issues.announce_issue(site, repo, by, "edited", conversation(site, repo, pull), {"changes": changes})
    return pull


def follow_branch(site: Site, repo: Repository, by: Actor, branch: str, *, before: str, head_sha: str) -> None:
    """Let the open pull requests from a branch follow it, or close them when it is gone."""
    for pull in open_pulls_from(site, repo, branch):
        if head_sha == NO_SHA:
            issues.close(site, repo, by, conversation(site, repo, pull), None)
            continue
        base_sha = site.git(repo).head(pull.base_branch) or pull.base_sha
        site.store.save(replace(pull, head_sha=head_sha, base_sha=base_sha))
        issue = conversation(site, repo, pull)
        issue = site.store.save(replace(issue, updated_at=site.now()))
        issues.announce_issue(site, repo, by, "synchronize", issue, {"before": before, "after": head_sha})


def reopen(site: Site, repo: Repository, by: Actor, pull: Pull) -> None:
    """Open a closed pull request again, at where its branch stands now.

    Raises:
        Refusal: it was merged, or its branch is gone.
    """
    issue, head_sha = conversation(site, repo, pull), site.git(repo).head(pull.head_branch)
    if issue.state == "open":
        return
    if pull.merged_at is not None or head_sha is None:
        raise _refused("state cannot be changed. The pull request cannot be reopened.")
    with site.store.transaction():
        site.store.save(replace(pull, head_sha=head_sha))
        issues.reopen(site, repo, by, issue)


def is_mergeable(site: Site, repo: Repository, pull: Pull) -> bool | None:
    """Whether it merges without conflicts into its base as that stands now; `None` once there is nothing to merge."""
    git = site.git(repo)
    base_sha = git.head(pull.base_branch)
    if base_sha is None or conversation(site, repo, pull).state == "closed":
        return None
    return git.merges_cleanly(base_sha, pull.head_sha)


def linked_issues(issue: Issue) -> list[int]:
    """The numbers of the issues that a pull request says it closes."""
    return list(dict.fromkeys(int(number) for number in CLOSING.findall(issue.body or "")))


def merge_commit(site: Site, repo: Repository, by: Actor, pull: Pull, message: str | None) -> tuple[str, str]:
    """A merge commit of the pull request that no branch points at yet, and the head of the base it was made on.

    Raises:
        Refusal: 405, it is a draft, closed, or has conflicts with its base.
    """
    git, issue = site.git(repo), conversation(site, repo, pull)
    base_sha = git.head(pull.base_branch)
    if issue.state != "open" or pull.draft or base_sha is None:
        raise Refusal(405, "Pull Request is still a draft" if pull.draft else "Pull Request is not mergeable")
    try:
        tree = git.merged_tree(base_sha, pull.head_sha)
    except GitError as error:
        raise Refusal(405, "Pull Request is not mergeable") from error
    author = Signature(by.account.name or by.account.login, by.account.noreply_email, site.now())
    text = message or f"Merge pull request #{pull.number} from {repo.owner}/{pull.head_branch}\n\n{issue.title}"
    merged = Commit("", tree, (base_sha, pull.head_sha), author, Signature("GitHub", WEB_FLOW, site.now()), text)
    return git.write_commit(replace(merged, signature=site.sign(merged.payload))), base_sha


def record_merge(site: Site, repo: Repository, by: Actor, pull: Pull, merge_sha: str) -> None:
    """Close a pull request as merged, and the issues it says it closes."""
    with site.store.transaction():
        now = site.now()
        site.store.save(replace(pull, merged_at=now, merged_by_id=by.account.id, merge_commit_sha=merge_sha))
        issue = conversation(site, repo, pull)
        remember(site, by, issue, "merged", commit_sha=merge_sha)
        issues.close(site, repo, by, issue, None)
        for number in linked_issues(issue):
            linked = site.store.find(Issue, repo.id, str(number))
            if linked is not None and not linked.is_pull:
                issues.close(site, repo, by, linked, "completed")


def _refused(message: str) -> Refusal:
    return Refusal(422, "Validation Failed", errors=[{"resource": "PullRequest", "code": "custom", "message": message}])
