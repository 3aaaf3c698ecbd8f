"""GraphQL's global ids, which REST shows as `node_id`."""

from base64 import urlsafe_b64decode, urlsafe_b64encode

_PREFIX = {
    "Account": "U",
    "App": "A",
    "CheckRun": "CR",
    "CheckSuite": "CS",
    "Comment": "IC",
    "Commit": "C",
    "Blob": "B",
    "Tree": "T",
    "Ref": "REF",
    "Installation": "MDIzOk",
    "Issue": "I",
    "IssueEvent": "IE",
    "Label": "LA",
    "Pull": "PR",
    "Reaction": "REA",
    "Repository": "R",
    "Review": "PRR",
    "ReviewComment": "PRRC",
    "ReviewThread": "PRRT",
}


def node_id(kind: str, of: int | str) -> str:
    return f"{_PREFIX[kind]}_{urlsafe_b64encode(f'{kind}:{of}'.encode()).decode().rstrip('=')}"


def named_by(node: str) -> tuple[str, int] | None:
    """Of what kind a record is, and which one; `None` for what is no id of a record."""
    prefix, _, rest = node.partition("_")
    try:
        kind, _, of = urlsafe_b64decode(rest + "=" * (-len(rest) % 4)).decode().partition(":")
        return (kind, int(of)) if _PREFIX.get(kind) == prefix else None
    except ValueError:
        return None
