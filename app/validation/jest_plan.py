"""Running a repository's tests with the Jest that its own lock file names. https://jestjs.io/docs/cli"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import ClassVar

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic.alias_generators import to_camel

from app.domain.plain_text import one_line
from app.ports.checkouts import Checkout
from app.ports.dependencies import Ecosystem, Installed
from app.ports.sandbox import Limits, Step
from app.validation.jest_report import read_jest
from app.validation.tool_report import ToolReport, Unreadable
from app.validation.unplanned import NotYet

_OTHER_LOCKS = ("yarn.lock", "pnpm-lock.yaml", "bun.lock", "bun.lockb", "npm-shrinkwrap.json")
_ES_MODULES = "--experimental-vm-modules"
_NPM_DEFAULT = "no test specified"

_COMMAND = (
    "jest",
    "--ci",
    "--json",
    "--testLocationInResults",
    "--coverage=false",
    "--watchman=false",
    "--maxWorkers=2",
    # A limit makes Jest run even a single file in a child process, where `process.exit(0)` ends only that file.
    "--workerIdleMemoryLimit=512MB",
)


class _Read(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, alias_generator=to_camel)


class _PackageJson(_Read):
    dependencies: dict[str, str] = {}
    dev_dependencies: dict[str, str] = {}
    scripts: dict[str, str] = {}

    @property
    def test_script(self) -> str:
        script = self.scripts.get("test", "")
        return "" if _NPM_DEFAULT in script else script


class _Locked(_Read):
    version: str = ""


class _PackageLock(_Read):
    packages: dict[str, _Locked] = {}


@dataclass(frozen=True, slots=True)
class JestPlan:
    tool: ClassVar[str] = "Jest"
    ecosystem: ClassVar[Ecosystem] = "npm"

    version: str
    manifests: Mapping[str, bytes]
    has_es_modules: bool = False

    @property
    def node_options(self) -> Mapping[str, str]:
        """Jest loads ES modules only with this flag. https://jestjs.io/docs/ecmascript-modules"""
        return {"NODE_OPTIONS": _ES_MODULES} if self.has_es_modules else {}

    def step(self, checkout: Checkout, installed: Installed, limits: Limits, report_file: str) -> Step:
        return Step(
            argv=(*_COMMAND, f"--outputFile={report_file}"),
            archive=checkout.archive(),
            read_only={"node_modules": installed.folder},
            environment={"CI": "true", "NO_COLOR": "1", **self.node_options},
            collect=(report_file,),
            limits=limits,
        )

    def read(self, report: bytes, paths: Collection[str]) -> ToolReport | Unreadable:
        return read_jest(report, paths)


def plan_jest(checkout: Checkout) -> JestPlan | NotYet | None:
    """How to run the JavaScript and TypeScript tests; `None` where `package.json` speaks of none."""
    manifest = checkout.read("package.json")
    if manifest is None:
        return None
    try:
        package = _PackageJson.model_validate_json(manifest)
    except ValidationError as error:
        place = ".".join(str(part) for part in error.errors(include_url=False)[0]["loc"])
        return NotYet(f"package.json is not valid{f' at {one_line(place, 100)}' if place else ' JSON'}: correct it.")
    if "jest" in package.dependencies | package.dev_dependencies:
        return _with_lock(checkout, manifest, has_es_modules=_ES_MODULES in package.test_script)
    if package.test_script:
        return NotYet(
            f"package.json runs its tests with `{one_line(package.test_script, 100)}`, and ACS runs Jest and pytest "
            "only: add Jest with `npm install --save-dev jest`."
        )
    return None


def _with_lock(checkout: Checkout, manifest: bytes, *, has_es_modules: bool) -> JestPlan | NotYet:
    lock = checkout.read("package-lock.json")
    if lock is None:
        other = next((name for name in _OTHER_LOCKS if checkout.read(name) is not None), None)
        missing = f"ACS does not install from {other} yet" if other else "package-lock.json is missing"
        return NotYet(f"{missing}: run `npm install --package-lock-only` and commit package-lock.json.")
    try:
        version = _PackageLock.model_validate_json(lock).packages.get("node_modules/jest", _Locked()).version
    except ValidationError:
        return NotYet(
            "package-lock.json is not npm's: run `npm install --package-lock-only` and commit what it writes."
        )
    return JestPlan(one_line(version, 40), {"package.json": manifest, "package-lock.json": lock}, has_es_modules)
