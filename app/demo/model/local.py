"""Starts the local model beside the caller, tells it what to answer, and reads what it was asked."""

import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Self

from pydantic import TypeAdapter

from app.demo.github.local import PROJECT, plain_client
from app.demo.model.asked import Question
from app.demo.model.script import Answer, Rule, Script

STOP_SECONDS = 15
_QUESTIONS = TypeAdapter(list[Question])


class LocalModel:
    """A running local model; leaving its `with` block stops it."""

    def __init__(self, script: Path | None = None) -> None:
        named = [f"--script={script}"] if script else []
        argv = [sys.executable, "-m", "app.demo.model", "--port=0", *named]
        self._server = subprocess.Popen(
            argv, cwd=PROJECT, stdout=subprocess.PIPE, text=True, env={"PYTHONPATH": str(PROJECT)}
        )
        line = self._server.stdout.readline() if self._server.stdout else ""
        if not line.startswith("local model on "):
            self._server.kill()
            raise RuntimeError("the local model did not start; what it said is on standard error")
        self._url = line.removeprefix("local model on ").strip()
        self._client = plain_client(self._url, {})

    @property
    def base_url(self) -> str:
        """What `OPENAI_BASE_URL` is to be."""
        return f"{self._url}/v1"

    @property
    def asked(self) -> list[Question]:
        """Every question since the last script."""
        return _QUESTIONS.validate_json(self._client.get("/_local/asked").raise_for_status().content)

    def plays(self, *rules: Rule) -> None:
        """Answer by these rules from now on, and forget what was asked before."""
        script = Script(rules=rules).model_dump_json()
        self._client.put("/_local/script", content=script).raise_for_status()
        self._client.delete("/_local/asked").raise_for_status()

    def answers(self, *answers: Answer) -> None:
        """Answer every question with the next of these, and from then on with the last one."""
        self.plays(Rule(answers=answers))

    def stop(self) -> None:
        self._client.close()
        self._server.terminate()
        try:
            self._server.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._server.kill()
            self._server.wait()
        if self._server.stdout:
            self._server.stdout.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.stop()
