"""The files of a package: those that are converted, the tools' configuration that becomes `.cjs`, and all others."""

import posixpath
import re
from dataclasses import dataclass

from app.domain.recipe import Place
from app.generation.patterns.pattern import Refused
from app.ports.checkouts import Checkout

MAX_CONVERTED = 250
MAX_OTHERS = 500
_CODE = re.compile(r"\.([cm]?[jt]s|[jt]sx)$")
_TYPED = re.compile(r"(?<!\.d)\.([cm]?ts|tsx|jsx)$")
# configuration that its tool loads with require, or may, and looks for as .cjs too
_CONFIGURATION = frozenset(
    [
        *("babel.config.js", ".babelrc.js", ".eslintrc.js", "jest.config.js", "prettier.config.js", ".prettierrc.js"),
        *("webpack.config.js", ".mocharc.js", "commitlint.config.js", ".lintstagedrc.js", "lint-staged.config.js"),
        *("stylelint.config.js", ".stylelintrc.js", "postcss.config.js", "tailwind.config.js", "release.config.js"),
    ]
)


@dataclass(frozen=True, slots=True)
class PackageFiles:
    """`others` is code that stays as it is, inside the package and around it."""

    folder: str
    converted: tuple[str, ...]
    configuration: tuple[str, ...]
    others: tuple[str, ...]

    @property
    def manifest(self) -> str:
        return posixpath.join(self.folder, "package.json")


def package_files(folder: str, base: Checkout) -> PackageFiles:
    """The files of the package in a folder, empty for the whole repository.

    Raises:
        Refused: there is no package, or it holds what cannot be converted.
    """
    paths = [path for path in base.paths() if "node_modules" not in path.split("/")]
    manifest = posixpath.join(folder, "package.json")
    if manifest not in paths:
        raise Refused(Place(manifest, None, "is not there: name the folder of a package in the parameter folder"))
    nested = [posixpath.dirname(path) for path in paths if posixpath.basename(path) == "package.json"]
    inside = [path for path in paths if _is_of(path, folder, nested)]
    typed = [
        Place(path, None, "is no plain JavaScript, which is all that is converted")
        for path in inside
        if _is_typed(path)
    ]
    if typed:
        raise Refused(*typed[:20])
    plain = [path for path in inside if path.endswith(".js")]
    configuration = tuple(path for path in plain if posixpath.basename(path) in _CONFIGURATION)
    converted = tuple(path for path in plain if path not in configuration)
    others = tuple(path for path in paths if _CODE.search(path) and path not in plain)
    if len(converted) > MAX_CONVERTED or len(others) > MAX_OTHERS:
        words = f"{len(converted)} files to convert and {len(others)} around them are more than is done in one go"
        raise Refused(Place(folder or "the repository", None, words))
    return PackageFiles(folder, converted, configuration, others)


def _is_of(path: str, folder: str, packages: list[str]) -> bool:
    """Whether a file belongs to this package, and not to one in a folder further in."""
    around = [one for one in packages if not one or path.startswith(f"{one}/")]
    return max(around, key=len, default=None) == folder


def _is_typed(path: str) -> bool:
    return _TYPED.search(path) is not None
