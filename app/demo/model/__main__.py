"""`python -m app.demo.model --script FILE --port N`: serves the answers of a script."""

from pathlib import Path
from typing import Annotated

import typer

from app.demo.model.script import Script
from app.demo.model.server import serve


def run(
    script: Annotated[Path | None, typer.Option(help="A JSON file: what is answered to what.")] = None,
    port: Annotated[int, typer.Option(help="Where to listen on 127.0.0.1; 0 takes a free port.")] = 0,
) -> None:
    """Serve the local model until it is stopped."""
    serve(Script() if script is None else Script.model_validate_json(script.read_text()), port)


if __name__ == "__main__":
    typer.run(run)
