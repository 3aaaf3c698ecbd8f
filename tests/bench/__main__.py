"""`python -m tests.bench [GROUP]`: measure one group or all, write `build/bench.json`, say what is out of bound."""

import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from rich.console import Console

from tests.bench import demo, edits, generation, intake, receiver, sandbox
from tests.bench.figures import Figure
from tests.bench.report import Report, failures, show

REPORT = Path(__file__).resolve().parents[2] / "build" / "bench.json"
GROUPS: Mapping[str, Callable[[], Sequence[Figure]]] = {
    "sandbox": sandbox.measure,
    "receiver": receiver.measure,
    "intake": intake.measure,
    "generation": generation.measure,
    "edits": edits.measure,
    "demo": demo.measure,
}


def main(arguments: Sequence[str], console: Console) -> int:
    """The exit status: 1 when a figure of the groups that were run is missing or out of bound."""
    if unknown := set(arguments) - set(GROUPS):
        console.print(f"There is no group {', '.join(sorted(unknown))}; there are {', '.join(GROUPS)}.")
        return 2
    groups = list(arguments or GROUPS)
    figures: list[Figure] = []
    for group in groups:
        figures += _measured(group, console)
        Report.read(REPORT).merged([group], [one for one in figures if one.name.startswith(f"{group}.")]).write(REPORT)
    show(figures, console)
    problems = failures(groups, figures)
    for problem in problems:
        console.print(f"[red]✗[/red] {problem}")
    return 1 if problems else 0


def _measured(group: str, console: Console) -> Sequence[Figure]:
    with console.status(f"measuring {group}"):
        try:
            return GROUPS[group]()
        except Exception:  # noqa: BLE001  # one group that fails must not hide what the others measured
            console.print_exception()
            return ()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], Console()))
