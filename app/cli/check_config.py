"""`acs check-config`: is this configuration valid, and what holds by it?"""

from pathlib import Path
from typing import Annotated

import typer

from app.governance.repo_config.effective import PATH
from app.governance.repo_config.keys import working_keys
from app.governance.repo_config.merging import Effective, Invalid, combine
from app.governance.repo_config.page import reference_page
from app.governance.repo_config.reading import Read, Source, read_config
from app.governance.repo_config.schema import json_schema


def check_config(
    path: Annotated[Path, typer.Argument(help="The file to check")] = Path(PATH),
    organisation: Annotated[
        Path | None, typer.Option(help="The organisation's file, for its defaults and what it locks")
    ] = None,
    schema: Annotated[bool, typer.Option("--schema", help="Print the JSON Schema instead")] = False,
    reference: Annotated[bool, typer.Option("--reference", help="Print the reference page instead")] = False,
) -> None:
    """Print everything that is wrong with a configuration, or every value that holds by it."""
    if schema or reference:
        typer.echo(json_schema() if schema else reference_page(), nl=False)
        return
    above = _read(organisation, Source(str(organisation), may_lock=True)) if organisation else None
    # which repository the file is of nobody knows here: it may be the organisation's, which may lock
    own = _read(path, Source(str(path), may_lock=organisation is None))
    found = combine(own, above)
    if isinstance(found, Invalid):
        for problem in found.problems:
            typer.echo(str(problem), err=True)
        raise typer.Exit(1)
    _show(found)


def _read(path: Path, source: Source) -> Read:
    try:
        return read_config(path.read_bytes(), source)
    except OSError as error:
        typer.echo(f"{path}: cannot be read ({error.strerror}); name the file to check", err=True)
        raise typer.Exit(1) from None


def _show(found: Effective) -> None:
    for name, key in working_keys().items():
        typer.echo(f"{name}: {found.value(key)}  # {found.set_by.get(name, 'default')}")
