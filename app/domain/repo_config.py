"""What a repository decides about ACS, in `.github/acs.yml`: every key with its meaning, unit, bounds and default.

These models are the only place where a key is written down. The reader, the JSON Schema and the reference page are
made from them, so they are models and no plain dataclasses. Keys are written as people write them in YAML, limits of
a change as issues write them too (`maxFiles`).
"""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, WithJsonSchema

from app.domain.plain_text import visible

DOLLARS_MOST = 10_000


def _printable(text: str) -> str:
    if text != visible(text) or "\n" in text or "\t" in text or text != text.strip():
        raise ValueError("it holds a character that cannot be seen, or begins or ends with a space")
    return text


def _inside_the_tree(glob: str) -> str:
    if glob.startswith("/") or "\\" in glob or {"", ".", ".."} & set(glob.removesuffix("/").split("/")):
        raise ValueError("it must be relative to the root of the repository, with / between folders and no . or ..")
    return glob


def _dollars(amount: object) -> Decimal:
    if isinstance(amount, bool) or not isinstance(amount, int | float | Decimal):
        raise ValueError("it must be a number, without quotes and without a currency")
    return Decimal(str(amount))


Word = Annotated[str, StringConstraints(min_length=1, max_length=200), AfterValidator(_printable)]
Label = Annotated[str, StringConstraints(min_length=1, max_length=50), AfterValidator(_printable)]
Package = Annotated[str, StringConstraints(min_length=1, max_length=214), AfterValidator(_printable)]
Glob = Annotated[Word, AfterValidator(_inside_the_tree)]
Branch = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z0-9_][A-Za-z0-9_./-]{0,199}$"), Field(title="the name of a branch")
]
Reviewer = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9-]{1,39}(/[A-Za-z0-9_.-]{1,100})?$"),
    Field(title="a login, or a team as owner/team"),
]
Count = Annotated[int, Field(strict=True)]
Switch = Annotated[bool, Field(strict=True)]
Dollars = Annotated[
    Decimal,
    BeforeValidator(_dollars),
    Field(ge=0, le=DOLLARS_MOST, decimal_places=4, allow_inf_nan=False),
    WithJsonSchema({"type": "number", "minimum": 0, "maximum": DOLLARS_MOST}),
]


class Section(BaseModel):
    """A mapping with the keys that stand here and no others."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Trigger(Section):
    """What asks ACS for a change."""

    label: Label = Field(
        default="acs", description="The label that asks for a change when a person who may write puts it on an issue."
    )


class Plan(Section):
    """Whether somebody approves a plan before it is carried out."""

    approval: Literal["always", "above", "never"] = Field(
        default="above",
        description="When the requester is asked before a plan is carried out: `always`, when the upper end of its "
        "quote is `above` the amount of `above_usd`, or `never`.",
    )
    above_usd: Dollars = Field(
        default=Decimal("1.00"),
        description="With `approval: above`, the amount in US dollars up to which a plan is carried out unasked.",
    )


class ChangeLimits(Section):
    """Limits on every change that ACS makes; an issue's own limits can only be tighter."""

    max_files: Annotated[Count, Field(ge=1, le=1000)] | None = Field(
        default=None,
        alias="maxFiles",
        description="How many files a change may touch: code, tests and documentation, but no lock files. "
        "Without a value there is no limit.",
    )
    max_lines_per_file: Annotated[Count, Field(ge=1, le=100_000)] | None = Field(
        default=None,
        alias="maxLinesPerFile",
        description="How many lines a touched file may have afterwards; lock files do not count. "
        "Without a value there is no limit.",
    )
    allowed_dependencies: Annotated[tuple[Package, ...], Field(max_length=500)] | None = Field(
        default=None,
        alias="allowedDependencies",
        description="The packages that a change may begin to use, in manifests and imports; `[]` allows nothing new. "
        "Packages that are in use already are always allowed. Without a value everything is.",
    )
    forbidden_paths: tuple[Glob, ...] = Field(
        default=(),
        alias="forbiddenPaths",
        max_length=200,
        description="Globs of files that no change may touch: `*` inside a folder, `**` across folders; the name of a "
        "folder means everything in it. Upper and lower case count as the same. `.git` and `.github/workflows` are "
        "forbidden always.",
    )


class Generation(Section):
    """How changes are made."""

    deep: Switch = Field(
        default=False, description="Whether every change with a model begins in the deep lane, not only those that ask."
    )
    plan: Plan = Plan()
    constraints: ChangeLimits = ChangeLimits()
    never_send: tuple[Glob, ...] = Field(
        default=(), max_length=200, description="Globs of files whose content and names are sent to no model."
    )
    instructions: tuple[Glob, ...] = Field(
        default=("AGENTS.md", "CONTRIBUTING.md"),
        max_length=20,
        description="Files with instructions for whoever writes code here, read at the base and given to the model.",
    )


class Budgets(Section):
    """What models may cost. The operator's budgets hold besides: the smaller one counts."""

    task_usd: Dollars | None = Field(
        default=None,
        description="What one issue may cost, in US dollars, all of its runs together. Without a value the operator's "
        "budget is the only one.",
    )
    repository_day_usd: Dollars | None = Field(
        default=None,
        description="What all issues of the repository may cost in one day (UTC), in US dollars. Without a value the "
        "operator's budget is the only one.",
    )


class Repair(Section):
    """What happens when the checks of a proposal fail."""

    max_rounds: Annotated[Count, Field(ge=0, le=3)] = Field(
        default=3, description="How often ACS tries to mend a proposal whose checks fail; 0 leaves it to people."
    )


class PullRequest(Section):
    """The pull request that ACS opens."""

    base: Branch | None = Field(
        default=None,
        description="The branch that changes start from and are proposed to. This one key is read on the default "
        "branch, all others on the branch that it names. Without a value it is the default branch.",
    )
    draft: Switch = Field(
        default=True, description="Whether a pull request is a draft until all checks have passed, or never one."
    )
    labels: tuple[Label, ...] = Field(
        default=(), max_length=20, description="The labels that pull requests of ACS get; they must exist."
    )
    reviewers: tuple[Reviewer, ...] = Field(
        default=(), max_length=15, description="Who is asked for a review: people by login, teams as `owner/team`."
    )


class RepoConfig(Section):
    """Every key with the value that holds: the repository's, else the organisation's, else the default."""

    trigger: Trigger = Trigger()
    generation: Generation = Generation()
    budgets: Budgets = Budgets()
    repair: Repair = Repair()
    pull_request: PullRequest = PullRequest()


class ConfigFile(RepoConfig):
    """The whole of `.github/acs.yml`."""

    version: Annotated[Count, Field(ge=1, le=1), WithJsonSchema({"const": 1})] = Field(
        description="The version of this format."
    )
    locked: tuple[Word, ...] = Field(
        default=(),
        max_length=100,
        description="Only in the file of the organisation (its repository `.github`): the keys that no repository may "
        "set itself, such as `generation.constraints`; the name of a section means all keys in it.",
    )
