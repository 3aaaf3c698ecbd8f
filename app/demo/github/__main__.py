"""`python -m app.demo.github --state DIR --port N`: serves a folder that `LocalGitHub.create` has seeded."""

from pathlib import Path
from typing import Annotated

import typer

from app.demo.github.server import REQUESTS_PER_HOUR, serve


def run(
    state: Annotated[Path, typer.Option(help="The folder that holds its state.")],
    port: Annotated[int, typer.Option(help="Where to listen on 127.0.0.1; 0 takes a free port.")] = 0,
    requests_per_hour: Annotated[int, typer.Option(help="The rate limit of each token.")] = REQUESTS_PER_HOUR,
) -> None:
    """Serve the local GitHub until it is stopped."""
    serve(state, port, requests_per_hour=requests_per_hour)


if __name__ == "__main__":
    typer.run(run)
