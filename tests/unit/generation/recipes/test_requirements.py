"""What a template builds on is there, or is asked for before anything is made."""

import pytest

from app.domain.recipe import PackagesMissing
from app.errors import RepoError
from app.generation.recipes.catalogue import shipped_template
from app.generation.recipes.requirements import missing_packages
from tests.fakes.checkout import FakeCheckout

LOCK = '{"packages": {"": {}, "node_modules/@types/node": {}, "node_modules/jest": {}, "node_modules/typescript": {}}}'
JEST = '{"devDependencies": {"jest": "30", "typescript": "7"}}'


def missing(template: str, files: dict[str, str | bytes]) -> tuple[tuple[str, ...], ...]:
    found = missing_packages(shipped_template(template), FakeCheckout(files))
    return found.groups if found else ()


TYPESCRIPT, NODE_TYPES, TESTS = ("typescript",), ("@types/node",), ("jest", "vitest")


@pytest.mark.parametrize(
    ("files", "groups"),
    [
        pytest.param({}, (TYPESCRIPT, NODE_TYPES, TESTS), id="nothing there"),
        pytest.param({"package.json": JEST}, (NODE_TYPES,), id="declared"),
        pytest.param({"package.json": JEST, "package-lock.json": LOCK}, (), id="brought along by another package"),
        pytest.param(
            {"package.json": JEST, "package-lock.json": "no JSON"}, (NODE_TYPES,), id="a lock file that is none"
        ),
        pytest.param(
            {"package.json": '{"devDependencies": {"vitest": "4"}}'},
            (TYPESCRIPT, NODE_TYPES),
            id="the other test framework",
        ),
    ],
)
def test_packages_of_javascript_are_looked_up_in_manifest_and_lock(
    files: dict[str, str | bytes], groups: tuple[tuple[str, ...], ...]
) -> None:
    assert missing("typescript-http-service", files) == groups


@pytest.mark.parametrize(
    ("files", "groups"),
    [
        pytest.param({}, (("flask",), ("pytest",)), id="nothing there"),
        pytest.param({"requirements.txt": "Flask==3.1.3\npytest==9.2.0\n"}, (), id="required"),
        pytest.param({"pyproject.toml": '[project]\ndependencies = ["flask>=3", "pytest"]'}, (), id="declared"),
        pytest.param(
            {"requirements.txt": "flask==3.1.3\n", "requirements-dev.txt": "pytest==9.2.0\n"},
            (("flask",),),
            id="not in the file that the check installs",
        ),
        pytest.param({"requirements.txt": "flask-cors==6\npytest-cov==7\n"}, (("flask",), ("pytest",)), id="others"),
    ],
)
def test_packages_of_python_are_looked_up_where_the_check_installs_from(
    files: dict[str, str | bytes], groups: tuple[tuple[str, ...], ...]
) -> None:
    assert missing("flask-service", files) == groups


class Unreadable(FakeCheckout):
    def read(self, path: str) -> bytes | None:
        if path == "package-lock.json":
            raise RepoError("package-lock.json is larger than ACS reads")
        return super().read(path)


def test_a_lock_file_that_is_too_large_vouches_for_nothing() -> None:
    found = missing_packages(shipped_template("typescript-http-service"), Unreadable({"package.json": JEST}))

    assert found == PackagesMissing("typescript-http-service", "typescript", (("@types/node",),))
