"""`build/bench.json`, and the same for a person's eyes."""

import os
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict
from rich.console import Console
from rich.table import Table

from tests.bench.figures import Better, Figure, expected, group_of


class Row(BaseModel):
    """One figure as it is written."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    value: float
    unit: str
    better: Better
    bound: float
    compared_with: dict[str, float]
    conditions: str

    @classmethod
    def of(cls, figure: Figure) -> "Row":
        bound = figure.bound
        return cls(
            name=figure.name,
            value=round(figure.value, 3),
            unit=bound.unit,
            better=bound.better,
            bound=bound.limit,
            compared_with={name: round(value, 3) for name, value in figure.compared_with.items()},
            conditions=figure.conditions,
        )


class Report(BaseModel):
    """All figures, in the order in which they were first measured."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    figures: tuple[Row, ...] = ()

    @classmethod
    def read(cls, path: Path) -> "Report":
        return cls.model_validate_json(path.read_text()) if path.exists() else cls()

    def write(self, path: Path) -> None:
        """Replace the file whole, so that nobody reads half of it."""
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_suffix(".new")
        beside.write_text(self.model_dump_json(indent=2) + "\n")
        beside.replace(path)

    def merged(self, groups: Collection[str], figures: Iterable[Figure]) -> "Report":
        """This report with the figures of these groups in place of what it had of them."""
        kept = [row for row in self.figures if group_of(row.name) not in groups]
        return Report(figures=(*kept, *map(Row.of, figures)))


def failures(groups: Iterable[str], figures: Sequence[Figure]) -> list[str]:
    """What is missing or out of bound in the groups that were run; a sentence each."""
    measured = {figure.name for figure in figures}
    missing = [f"{name} was not measured" for group in groups for name in sorted(expected(group) - measured)]
    outside = [f"{figure.name} is {figure.value:.4g}, not {figure.bound}" for figure in figures if not figure.is_within]
    return missing + outside


def show(figures: Sequence[Figure], console: Console) -> None:
    """A table of what was measured just now, and below it under which conditions."""
    table = Table("", "figure", "value", "bound", "compared with")
    for figure in figures:
        compared = "\n".join(f"{name}: {value:.4g}" for name, value in figure.compared_with.items())
        mark = "[green]✓[/green]" if figure.is_within else "[red]✗[/red]"
        table.add_row(mark, figure.name, f"{figure.value:.4g} {figure.bound.unit}", str(figure.bound), compared)
    console.print(table)
    for figure in figures:
        console.print(f"[bold]{figure.name}[/bold]: {figure.conditions}", highlight=False)


def machine() -> str:
    """What else these processors had to do, for the conditions of a figure."""
    return f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f} at the end"
