"""What came of reading a repository's configuration: problems, each in its place, or what a change to it changes."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ConfigProblem:
    """One thing to mend in a configuration file; `repository` is named where it is not the one at hand."""

    path: str
    line: int
    column: int
    message: str
    repository: str = ""

    def __str__(self) -> str:
        where = f"{self.repository}: " if self.repository else ""
        return f"{where}{self.path}:{self.line}:{self.column}: {self.message}"


@dataclass(frozen=True, slots=True)
class KeyChange:
    """The value of one key before and after, in words; no `before` where nothing held because the base was invalid."""

    key: str
    before: str | None
    after: str
    default: str


@dataclass(frozen=True, slots=True)
class ConfigJudgement:
    """What a head would make of the configuration, were it merged into `base_branch`.

    `defaults` says in words what became of the organisation's defaults. `reason` says why nothing could be told.
    """

    base_branch: str
    problems: tuple[ConfigProblem, ...] = ()
    changes: tuple[KeyChange, ...] = ()
    defaults: str = ""
    reason: str = ""
