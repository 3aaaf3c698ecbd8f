"""GraphQL's global ids, which REST shows as `node_id`."""

from base64 import urlsafe_b64encode

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
}


def node_id(kind: str, of: int | str) -> str:
    return f"{_PREFIX[kind]}_{urlsafe_b64encode(f'{kind}:{of}'.encode()).decode().rstrip('=')}"
