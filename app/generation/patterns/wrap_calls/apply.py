"""Every call of a function in the given paths is wrapped with retry and time-out, or listed with the reason why not."""

from collections.abc import Sequence
from typing import TypeAlias

from app.conversation.quoting import code
from app.domain.change import GeneratedFile, GeneratedTest
from app.domain.recipe import Place
from app.generation.globs import matching
from app.generation.patterns.editing import edited
from app.generation.patterns.pattern import Applied, Refused, Work
from app.generation.patterns.source import Source, grammar_of, read_sources
from app.generation.patterns.wrap_calls.found import Found
from app.generation.patterns.wrap_calls.javascript import find_in_javascript
from app.generation.patterns.wrap_calls.javascript_module import JavaScriptModule, javascript_module
from app.generation.patterns.wrap_calls.parameters import Parameters
from app.generation.patterns.wrap_calls.python import find_in_python
from app.generation.patterns.wrap_calls.python_module import PythonModule, python_module

MAX_FILES = 300
RetryModule: TypeAlias = JavaScriptModule | PythonModule


def wrap_calls(work: Work) -> Applied:
    """The edited files and, where it is not there yet, the retry module with its tests and documentation.

    Raises:
        Refused: the paths name no code or too much of it, or the retry module has no place to go.
        NotEditable: an edited file would not be what it should.
    """
    wanted = Parameters.model_validate(work.parameters)
    sources, unreadable = _sources(work, wanted)
    in_python = [source for source in sources if source.language == "python"]
    others = [source for source in sources if source.language != "python"]
    found = [*find_in_javascript(others, wanted), *find_in_python(in_python, wanted)]
    calling = [one for one in found if one.edits]
    if not calling:
        return _nothing(found, unreadable)

    module = _module(calling, wanted, work)
    found = [one.left_alone(why) if one.edits and (why := module.conflict(one.source)) else one for one in found]
    calling = [one for one in found if one.edits]
    if not calling:
        return _nothing(found, unreadable)
    return _applied(module, calling, (*unreadable, *_skipped(found)), wanted)


def _sources(work: Work, wanted: Parameters) -> tuple[list[Source], list[Place]]:
    """The files in question that mention the function, and those among them that cannot be read as code."""
    asked, meant = ", ".join(wanted.paths), matching(work.base.paths(), wanted.paths)
    paths = [path for path in meant if grammar_of(path) and "node_modules/" not in path]
    if not paths:
        raise Refused(Place(asked, None, "no JavaScript, TypeScript or Python file has such a path"))
    if len(paths) > MAX_FILES:
        raise Refused(Place(asked, None, f"{len(paths)} files, more than the {MAX_FILES} that are looked at in one go"))
    sources, unreadable = read_sources(work.base, paths, mentioning=wanted.last)
    return sources, [error.place for error in unreadable]


def _module(calling: Sequence[Found], wanted: Parameters, work: Work) -> RetryModule:
    languages = sorted({one.source.language for one in calling})
    if len(languages) > 1:
        words = f"holds calls in {' and '.join(languages)}: ask for one language at a time"
        raise Refused(Place(", ".join(wanted.paths), None, words))
    sources = [one.source for one in calling]
    make = python_module if languages == ["python"] else javascript_module
    return make(sources, wanted, work)


def _applied(module: RetryModule, calling: Sequence[Found], skipped: Sequence[Place], wanted: Parameters) -> Applied:
    changed: list[GeneratedFile] = []
    for one in calling:
        needed = module.import_edit(one.source)
        changed.append(edited(one.source, (*([needed] if needed else []), *one.edits)))
    added = () if module.is_there else tuple(module.files())
    tests = tuple(file for file in added if isinstance(file, GeneratedTest))
    files = tuple(file for file in added if not isinstance(file, GeneratedTest))
    places = tuple(place for one in calling for place in one.edited)
    count = "One call" if len(places) == 1 else f"{len(places)} calls"
    verb = "is" if len(places) == 1 else "are"
    module_words = "which was there already" if module.is_there else "which is new and has tests"
    return Applied(
        files=(*changed, *files),
        tests=tests,
        title=f"Wrap calls of {wanted.function} with retry and timeout",
        summary=(
            f"{count} of {code(wanted.function)} {verb} wrapped: {wanted.attempts} attempts, each of at most "
            f"{wanted.timeout_ms} ms, with a pause of {wanted.backoff_ms} ms that doubles each time. The retry is "
            f"in {code(module.path)}, {module_words}."
        ),
        edited=places,
        skipped=tuple(skipped),
        notes=(
            f"A failed attempt may have taken effect: whether {wanted.function} is safe to repeat is for the reviewer.",
        ),
    )


def _nothing(found: Sequence[Found], unreadable: Sequence[Place]) -> Applied:
    return Applied((), (), "", "", (), (*unreadable, *_skipped(found)))


def _skipped(found: Sequence[Found]) -> tuple[Place, ...]:
    return tuple(place for one in found for place in one.skipped)
