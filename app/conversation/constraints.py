"""The limits on a change, in words."""

from app.domain.change import Constraints


def limits_in_words(constraints: Constraints) -> str:
    """What a change must keep to, one limit a line; paths that are never written are among them always."""
    lines = ["- nothing under .git or .github/workflows is written"]
    if constraints.max_files is not None:
        lines.append(f"- at most {constraints.max_files} files are changed, tests and documentation included")
    if constraints.max_lines_per_file is not None:
        lines.append(f"- no changed file is longer than {constraints.max_lines_per_file} lines afterwards")
    if constraints.allowed_dependencies is not None:
        allowed = ", ".join(constraints.allowed_dependencies) or "none"
        lines.append(f"- new packages that may be used: {allowed}")
    return "\n".join(["Limits, which are checked:", *lines])
