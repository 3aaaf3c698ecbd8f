from ast_grep_py import SgNode


def string_value(node: SgNode | None) -> str | None:
    """What a plain string literal of Python says, or `None` where it is something else or has escapes in it."""
    if node is None or node.kind() != "string":
        return None
    start, *inner, _ = node.children()
    is_plain = start.text() in ("'", '"', "'''", '"""') and all(part.is_leaf() for part in inner)
    return "".join(part.text() for part in inner) if is_plain else None
