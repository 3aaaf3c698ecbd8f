# pyright: basic, reportMissingImports=false
"""Runs inside an environment that has aider-chat: applies each case of a JSON document on stdin with Aider's own coder.

    python edits_rival.py FOLDER < cases.json > results.json

Every case gets an empty folder below FOLDER with its files. The answer goes through `apply_updates` of Aider's
`EditBlockCoder`, as in a chat in which those files were added and every question is answered with yes.
"""

import json
import os
import sys
from base64 import b64decode, b64encode
from contextlib import redirect_stdout
from pathlib import Path

from aider.coders import Coder
from aider.io import InputOutput
from aider.models import Model


def main(folder):
    cases = json.load(sys.stdin)
    with redirect_stdout(sys.stderr):
        model = Model("gpt-4o")
        results = [apply(case, Path(folder) / str(number), model) for number, case in enumerate(cases)]
    json.dump(results, sys.stdout)


def apply(case, folder, model):
    """The files afterwards, and whether Aider took the whole answer."""
    for path, content in case["files"].items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b64decode(content))
    os.chdir(folder)
    io = InputOutput(pretty=False, yes=True, fancy_input=False)
    coder = Coder.create(
        main_model=model,
        edit_format="diff",
        io=io,
        fnames=list(case["files"]),
        use_git=False,
        map_tokens=0,
        auto_lint=False,
        suggest_shell_commands=False,
    )
    coder.root = str(folder)  # as in a repository: names are below its root
    coder.abs_root_path_cache = {}
    coder.reflected_message = None
    coder.choose_fence()
    coder.partial_response_content = case["answer"]
    edited = coder.apply_updates()
    files = {str(path.relative_to(folder)): path for path in folder.rglob("*") if path.is_file()}
    kept = {name: b64encode(path.read_bytes()).decode() for name, path in files.items() if ".aider" not in name}
    return {"files": kept, "is_applied": bool(edited) and coder.reflected_message is None}


if __name__ == "__main__":
    main(sys.argv[1])
