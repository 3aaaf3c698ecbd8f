"""Reading the XML that `pytest --junitxml` writes in the `xunit1` family, which names the file and line of each test.

https://docs.pytest.org/en/stable/how-to/output.html#creating-junitxml-format-files
"""

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Annotated
from xml.parsers import expat

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from app.domain.plain_text import one_line, plain
from app.domain.tests_report import TestResult, Verdict
from app.validation.tool_report import MESSAGE_LENGTH, NAME_LENGTH, TESTS_READ, ToolReport, Unreadable, inside

_DEPTH = 8
_VERDICTS: dict[str, Verdict] = {"failure": "fail", "error": "error", "skipped": "skipped"}
_PLACE = re.compile(r"^([^\s:][^\n:]{0,1000}):(\d{1,7}): ", re.MULTILINE)

Count = Annotated[int, Field(ge=0, le=TESTS_READ)]


class _Written(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class _Suite(_Written):
    failures: Count
    errors: Count
    skipped: Count


class _Case(_Written):
    classname: str = ""
    name: str
    file: str = ""
    line: Annotated[int, Field(ge=-1, le=10_000_000)] | None = None
    time: Annotated[float, Field(ge=0, le=1e6, allow_inf_nan=False)] = 0


@dataclass(slots=True)
class _Collected:
    """A test case: its attributes, and what the last verdict inside it said, in short and at length."""

    case: _Case
    verdict: Verdict = "pass"
    said: str = ""
    text: list[str] = field(default_factory=list[str])
    size: int = 0


class _Refused(Exception):
    pass


class _Reader:
    """Takes the few elements that matter from the parser, and keeps nothing else."""

    def __init__(self) -> None:
        self.suites: list[_Suite] = []
        self.cases: list[_Collected] = []
        self._path: list[str] = []

    def doctype(self, *_: object) -> None:
        raise _Refused("declares a document type")

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._path.append(name)
        if len(self._path) > _DEPTH:
            raise _Refused(f"is nested more than {_DEPTH} levels deep")
        if name == "testsuite":
            self.suites.append(_Suite.model_validate(attributes))
        elif name == "testcase":
            if len(self.cases) == TESTS_READ:
                raise _Refused(f"lists more than {TESTS_READ:,} tests")
            self.cases.append(_Collected(_Case.model_validate(attributes)))
        elif name in _VERDICTS and self._path[-2:-1] == ["testcase"]:
            self.cases[-1].verdict = _VERDICTS[name]
            self.cases[-1].said = attributes.get("message", "")[: 4 * MESSAGE_LENGTH]

    def end(self, _name: str) -> None:
        self._path.pop()

    def characters(self, text: str) -> None:
        if self._path and self._path[-1] in _VERDICTS and self.cases and self.cases[-1].size < 4 * MESSAGE_LENGTH:
            self.cases[-1].text.append(text)
            self.cases[-1].size += len(text)


def read_junit(report: bytes, paths: Collection[str]) -> ToolReport | Unreadable:
    """What the report says about a repository that has the files `paths`."""
    reader = _Reader()
    try:
        _parser(reader).Parse(report, True)
    except _Refused as refused:
        return Unreadable(str(refused))
    except (expat.ExpatError, ValidationError):
        return Unreadable("does not have the shape of pytest's")
    results = tuple(_result(collected, paths) for collected in reader.cases)
    return ToolReport(
        results=results,
        files=frozenset(result.path for result in results if result.path),
        strange_files=sum(result.path is None for result in results),
        contradiction=_contradiction(reader),
    )


def _parser(reader: _Reader) -> expat.XMLParserType:
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = reader.doctype
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.characters
    return parser


def _result(collected: _Collected, paths: Collection[str]) -> TestResult:
    case, text = collected.case, "".join(collected.text)
    path = inside(paths, case.file[:4096])
    judged = collected.verdict in ("fail", "error")
    return TestResult(
        suite="unit",
        name=one_line(_name(case), NAME_LENGTH) or "(a test without a name)",
        verdict=collected.verdict,
        duration_ms=round(case.time * 1000),
        path=path,
        line=_failing_line(text, path, paths) or (None if case.line is None else case.line + 1),
        message=plain(text.strip() or collected.said, MESSAGE_LENGTH) or None if judged else None,
    )


def _name(case: _Case) -> str:
    """The name as pytest's own output has it after the file; a file that could not be collected has none."""
    if not case.classname:
        return f"{case.file} did not run"
    module = case.file.removesuffix(".py").replace("/", ".")
    classes = case.classname.removeprefix(module).strip(".").replace(".", "::")
    return f"{classes}::{case.name}" if classes else case.name


def _failing_line(text: str, path: str | None, paths: Collection[str]) -> int | None:
    """The innermost line of the traceback that is in the test file itself."""
    places = [(inside(paths, place[1]), int(place[2])) for place in _PLACE.finditer(text)]
    return next((line for file, line in reversed(places) if path and file == path and line > 0), None)


def _contradiction(reader: _Reader) -> str:
    verdicts = [collected.verdict for collected in reader.cases]
    listed = (verdicts.count("fail"), verdicts.count("error"), verdicts.count("skipped"))
    suites = reader.suites
    claimed = (sum(s.failures for s in suites), sum(s.errors for s in suites), sum(s.skipped for s in suites))
    if claimed == listed:
        return ""
    return "counts {} failed, {} broken and {} skipped tests and lists {}, {} and {}".format(*claimed, *listed)
