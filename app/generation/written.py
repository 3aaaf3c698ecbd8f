"""What a model wrote becomes a `Change`: tests apart, with what was read, kept from it, and spent."""

from collections.abc import Iterable, Iterator, Sequence

from app.conversation.plan import made_text
from app.domain.change import Change, GeneratedFile, GeneratedTest, GenerationMetadata, ReadItem, Remark
from app.domain.plan import Plan
from app.domain.receipt import Receipt
from app.generation.context.reading import Context
from app.generation.languages.shipped import is_test, pack_of
from app.generation.languages.tests_of import covered_by
from app.generation.languages.tools import chosen_tools
from app.generation.writing.asked import Asked
from app.generation.writing.judging import Fit
from app.governance.untrusted_text.findings import Flagged, Quarantined
from app.ports.checkouts import Checkout


def change_of(
    fit: Fit, plan: Plan, receipt: Receipt, *, asked: Asked, context: Context, base: Checkout, model: str
) -> Change:
    """The change as it is proposed."""
    tests = tuple(_test(file, base) for file in fit.files if is_test(file.path))
    metadata = GenerationMetadata(receipt.usage.tokens, round(receipt.took.total_seconds() * 1000), model)
    return Change(
        files=tuple(file for file in fit.files if not is_test(file.path)),
        tests=tests,
        documentation=made_text(plan, receipt, [(hunk.path, hunk.line, hunk.level.words) for hunk in fit.inexact]),
        metadata=metadata,
        title=plan.title,
        read=tuple(_read(context)),
        remarks=tuple(_remarks(asked, context)),
    )


def _test(file: GeneratedFile, base: Checkout) -> GeneratedTest:
    pack = pack_of(file.path)
    tools = chosen_tools(pack, base) if pack else ()
    framework = next((chosen.tool.name for chosen in tools if chosen.tool.purpose == "test"), "unknown")
    return GeneratedTest(
        path=file.path,
        content=file.content,
        operation=file.operation,
        mode=file.mode,
        encoding=file.encoding,
        framework=framework,
        covers=covered_by(file.path, base.paths()),
    )


def _read(context: Context) -> Iterator[ReadItem]:
    yield ReadItem("the issue", "it says what is wanted")
    for item in context.manifest:
        lines = ", ".join(f"{first}-{last}" for first, last in item.lines)
        yield ReadItem(f"{item.path}{f', lines {lines}' if lines else ''} ({item.blob[:12]})", item.why)


def _remarks(asked: Asked, context: Context) -> Iterator[Remark]:
    for source in asked.provenance:
        yield from _of(source.what, source.found.quarantined, source.found.flagged)
    for excerpt in context.excerpts:
        yield from _of(excerpt.path, excerpt.quarantined, excerpt.flagged)
    yield from _of("the name of a file", context.unreadable, ())


def _of(where: str, quarantined: Iterable[Quarantined], flagged: Sequence[Flagged]) -> Iterator[Remark]:
    for part in quarantined:
        yield Remark(where, part.line, part.what, part.excerpt, was_read=False)
    for part in flagged:
        yield Remark(where, part.line, part.why, part.excerpt, was_read=True)
