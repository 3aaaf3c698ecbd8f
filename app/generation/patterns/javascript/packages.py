"""`package.json`, as far as it says how the files below it are read and tested."""

import posixpath
from collections.abc import Collection
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, JsonValue, ValidationError
from pydantic.alias_generators import to_camel

from app.errors import RepoError
from app.ports.checkouts import Checkout


class PackageJson(BaseModel):
    """https://docs.npmjs.com/cli/v11/configuring-npm/package-json"""

    model_config = ConfigDict(extra="ignore", frozen=True, alias_generator=to_camel)

    type: str = "commonjs"
    private: bool = False
    dependencies: dict[str, JsonValue] = {}
    dev_dependencies: dict[str, JsonValue] = {}
    scripts: dict[str, JsonValue] = {}
    engines: dict[str, JsonValue] = {}
    babel: JsonValue = None
    jest: JsonValue = None

    @property
    def is_module(self) -> bool:
        return self.type == "module"

    def needs(self, package: str) -> bool:
        return package in self.dependencies or package in self.dev_dependencies


@dataclass(frozen=True, slots=True)
class Package:
    """The nearest `package.json` above a file; `folder` is empty for that of the repository, or where there is none."""

    folder: str
    json: PackageJson

    @property
    def is_module(self) -> bool:
        return self.json.is_module


def package_of(path: str, base: Checkout, paths: Collection[str]) -> Package:
    """The package of a file; `paths` are those of the base, in a set."""
    folder = posixpath.dirname(path)
    while folder and posixpath.join(folder, "package.json") not in paths:
        folder = posixpath.dirname(folder)
    return Package(folder, read_package(posixpath.join(folder, "package.json"), base))


def read_package(path: str, base: Checkout) -> PackageJson:
    """What the file says; what cannot be read says nothing."""
    try:
        return PackageJson.model_validate_json(base.read(path) or b"{}")
    except (ValidationError, RepoError):
        return PackageJson()
