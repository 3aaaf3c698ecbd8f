"""Runs git: an argument list, an environment of our own, a deadline, and a limit on what it may write."""

import os
import signal
import subprocess
import tempfile
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import IO

from app.errors import TransientError

SEARCH_PATH = "/usr/local/bin:/usr/bin:/bin"

# Whatever a repository or a machine says, git runs no program of theirs, asks nobody, and opens nothing but HTTP.
HARDENED = {
    "core.hooksPath": "/dev/null",
    "core.fsmonitor": "false",
    "core.askPass": "",
    "core.sshCommand": "false",
    "credential.helper": "",
    "gc.auto": "0",
    "maintenance.auto": "false",
    "submodule.recurse": "false",
    "fetch.recurseSubmodules": "false",
    "fetch.unpackLimit": "1",  # always one pack, so that the limit on a file is the limit on a fetch
    "fetch.fsckObjects": "true",  # refuses trees with names like `..` or `.git`
    "fetch.fsck.zeroPaddedFilemode": "ignore",  # harmless, and common in old histories
    "http.lowSpeedLimit": "1000",
    "http.lowSpeedTime": "20",
    "protocol.version": "2",
    "protocol.allow": "never",
    "tar.umask": "0022",
}


class TooSlow(TransientError):
    """git was stopped, with everything it had started, at its deadline."""


class TooLarge(Exception):
    """git was stopped because a file it wrote reached the limit."""


class GitFailed(Exception):
    """git said no; `words` is what it wrote to standard error, and may quote the server."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


@dataclass(frozen=True, slots=True)
class Git:
    """git on one bare repository (or none), with `config` on top of the hardened one.

    `config` reaches git in its environment, never in arguments or files: it may hold a token.
    """

    folder: Path | None = None

    def run(
        self,
        *arguments: str,
        deadline: timedelta,
        largest_file_bytes: int,
        config: Mapping[str, str] | None = None,
        output: IO[bytes] | None = None,
        given: bytes = b"",
    ) -> bytes:
        """Standard output, unless it went to `output`; `given` is its standard input.

        Raises:
            GitFailed: its exit status was not 0.
            TooSlow: it ran into the deadline.
            TooLarge: it wrote a larger file than it may, standard output counting as one.
        """
        with _file(given) as standard_input, _file() as own_output, _file() as errors:
            to = output or own_output
            # prlimit sets the limit before git starts, and every process that git starts inherits it
            argv = ["prlimit", f"--fsize={largest_file_bytes}", "--core=0", "git", *self._place(), *arguments]
            status = _wait(argv, HARDENED | dict(config or {}), standard_input, to, errors, deadline)
            if status == 0:
                return _content(own_output)
            words = _content(errors).decode(errors="replace")
        if status == -signal.SIGXFSZ:
            raise TooLarge
        raise GitFailed(words)

    def _place(self) -> Sequence[str]:
        return (f"--git-dir={self.folder}",) if self.folder else ()


@contextmanager
def _file(content: bytes = b"") -> Generator[IO[bytes]]:
    """A file without a name; what git reads is one too, so that no pipe can fill up on either side."""
    with tempfile.TemporaryFile() as file:
        file.write(content)
        file.seek(0)
        yield file


def _wait(
    argv: Sequence[str],
    config: Mapping[str, str],
    standard_input: IO[bytes],
    output: IO[bytes],
    errors: IO[bytes],
    deadline: timedelta,
) -> int:
    process = subprocess.Popen(
        argv,
        env=_environment(config),
        stdin=standard_input,
        stdout=output,
        stderr=errors,
        cwd="/",
        start_new_session=True,
    )
    try:
        return process.wait(deadline.total_seconds())
    except BaseException as stopped:
        os.killpg(process.pid, signal.SIGKILL)  # git leads the group of everything it started
        process.wait()
        if isinstance(stopped, subprocess.TimeoutExpired):
            raise TooSlow(f"git was stopped after {deadline.total_seconds():.0f} s") from None
        raise


def _environment(config: Mapping[str, str]) -> dict[str, str]:
    """https://git-scm.com/docs/git-config#ENVIRONMENT"""
    environment = {
        "PATH": SEARCH_PATH,
        "HOME": "/nonexistent",
        "LC_ALL": "C",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": "/dev/null",
        "GIT_ATTR_NOSYSTEM": "1",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_CONFIG_COUNT": str(len(config)),
    }
    for n, (key, value) in enumerate(config.items()):
        environment[f"GIT_CONFIG_KEY_{n}"] = key
        environment[f"GIT_CONFIG_VALUE_{n}"] = value
    return environment


def _content(file: IO[bytes]) -> bytes:
    file.seek(0)
    return file.read()
