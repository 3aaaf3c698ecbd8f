"""What converting a package means for its tests with Jest. https://jestjs.io/docs/ecmascript-modules"""

import posixpath
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from app.domain.recipe import Place
from app.generation.patterns.commonjs_to_esm.model import CommonJsFile
from app.generation.patterns.editing import Edit
from app.generation.patterns.javascript.modules import first_place
from app.generation.patterns.javascript.packages import PackageJson
from app.generation.patterns.style import style_of
from app.ports.checkouts import Checkout

FLAG = "--experimental-vm-modules"
_BABEL = tuple(
    f"{name}{ending}"
    for name, endings in (
        ("babel.config", (".js", ".cjs", ".mjs", ".json")),
        (".babelrc", ("", ".js", ".cjs", ".json")),
    )
    for ending in endings
)
_CONVERTS = re.compile(r"preset-env|modules-commonjs|babel-preset-")
_PLAIN_SCRIPT = re.compile(r"(?:npx )?jest( [\w ./=:,@-]*)?")


@dataclass(slots=True)
class ForJest:
    """What has to change besides, or stands in the way. `script` is the new command of the script `test`."""

    script: str | None = None
    edits: dict[str, Edit] = field(default_factory=dict[str, Edit])
    problems: list[Place] = field(default_factory=list[Place])
    notes: list[str] = field(default_factory=list[str])


def for_jest(files: Sequence[CommonJsFile], package: PackageJson, folder: str, base: Checkout) -> ForJest:
    """How the tests go on: with Babel as before, or with Jest's own support of ES modules."""
    found = ForJest()
    if not package.needs("jest"):
        return found
    if _has_babel(package, folder, base):
        _with_babel(files, found)
    else:
        _without_babel(files, package, folder, found)
    return found


def _has_babel(package: PackageJson, folder: str, base: Checkout) -> bool:
    """Whether a configuration of Babel makes CommonJS of ES modules before Jest sees them."""
    folders = {folder, ""}
    paths = frozenset(base.paths())
    there = [path for one in folders for name in _BABEL if (path := posixpath.join(one, name)) in paths]
    texts = [(base.read(path) or b"").decode(errors="replace") for path in there]
    return any(_CONVERTS.search(text) for text in (*texts, str(package.babel or "")))


def _with_babel(files: Iterable[CommonJsFile], found: ForJest) -> None:
    found.notes.append("The tests go on as before: Babel makes CommonJS of the modules before Jest sees them.")
    for file in files:
        for node in (
            *file.main_checks,
            *file.resolves,
            *(node for name in file.folder_names for node in file.free(name)),
        ):
            words = "needs import.meta, which Babel does not have in the CommonJS it makes for Jest: pass the path in"
            found.problems.append(file.source.place(node, words))


def _without_babel(files: Iterable[CommonJsFile], package: PackageJson, folder: str, found: ForJest) -> None:
    script = package.scripts.get("test")
    if not isinstance(script, str) or (FLAG not in script and not _PLAIN_SCRIPT.fullmatch(script)):
        words = f"its test script is not plain jest, which loads ES modules only with {FLAG}: add that to it first"
        found.problems.append(Place(posixpath.join(folder, "package.json"), None, words))
    elif FLAG not in script:
        arguments = script.partition("jest")[2]
        found.script = f"node {FLAG} node_modules/jest/bin/jest.js{arguments}"
    found.notes.append(f"Jest loads ES modules with Node's {FLAG}, which the script test of package.json passes on.")
    for file in files:
        _with_jest_object(file, found)


def _with_jest_object(file: CommonJsFile, found: ForJest) -> None:
    """In an ES module `jest` is imported, and `jest.mock` comes too late."""
    uses = list(file.free("jest"))
    for node in uses:
        member = node.parent()
        if member is not None and re.fullmatch(r"jest\.(mock|doMock|unmock|requireActual|requireMock)", member.text()):
            words = f"calls {member.text()}, which does not reach ES modules: hand the part in, or test with Babel"
            found.problems.append(file.source.place(node, words))
    if uses:
        style = style_of(file.source)
        line = f"import {{ jest }} from {style.quote}@jest/globals{style.quote}{style.semicolon}\n"
        position = first_place(file.source)
        found.edits[file.path] = Edit(position, position, line)
