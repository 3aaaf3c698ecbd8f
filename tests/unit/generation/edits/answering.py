"""Answers as models write them, and what becomes of a tree by them."""

from collections.abc import Collection, Mapping, Sequence

from app.generation.edits.applying import apply
from app.generation.edits.edit import Edit
from app.generation.edits.reading.forms import Form, reader_of
from app.generation.edits.result import Applied, Problem, Rejected
from tests.fakes.checkout import FakeCheckout

Files = Mapping[str, str | bytes]
FORMS: Sequence[Form] = ("whole-file", "search-replace", "v4a", "structural")


def read(form: Form, answer: str, *, cut: int | None = None) -> tuple[tuple[Edit, ...], tuple[Problem, ...]]:
    """The edits of an answer that arrives in pieces of `cut` characters, and what was wrong with it."""
    reader = reader_of(form)
    step = cut or max(1, len(answer))
    edits = [edit for at in range(0, len(answer), step) for edit in reader.feed(answer[at : at + step])]
    rest, problems = reader.end()
    return (*edits, *rest), problems


def outcome(
    form: Form, answer: str, files: Files, *, links: Collection[str] = (), executable: Collection[str] = ()
) -> Applied | Rejected:
    """What comes of an answer; a problem of reading it is as good as one of applying it."""
    edits, problems = read(form, answer)
    if problems:
        return Rejected(problems, edits)
    return apply(edits, FakeCheckout(files, links=links, executable=executable))


def tree_after(applied: Applied, files: Files) -> dict[str, bytes]:
    tree = {path: text.encode() if isinstance(text, str) else text for path, text in files.items()}
    for file in applied.files:
        if file.operation == "delete":
            del tree[file.path]
        else:
            tree[file.path] = file.content_bytes
    return tree


def block(path: str, search: str, replacement: str, *, width: int = 7) -> str:
    """A SEARCH/REPLACE block."""
    return f"{path}\n```\n{'<' * width} SEARCH\n{search}{'=' * width}\n{replacement}{'>' * width} REPLACE\n```\n"


def whole(path: str, content: str, *, fence: str = "```") -> str:
    return f"{path}\n{fence}\n{content}{fence}\n"


def patch(*sections: str) -> str:
    return "\n".join(["*** Begin Patch", *(section.rstrip("\n") for section in sections), "*** End Patch", ""])


def update(path: str, change: str) -> str:
    return f"*** Update File: {path}\n{change}"


def by_name(path: str, name: str, code: str) -> str:
    return f"*** Replace: {path} :: {name}\n{code}*** End\n"


def imported(path: str, code: str) -> str:
    return f"*** Import: {path}\n{code}*** End\n"


def written(path: str, content: str) -> str:
    return f"*** Write: {path}\n{content}*** End\n"
