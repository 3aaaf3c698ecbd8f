"""The demo's verdict: green only when every line of the story happened, in this run."""

import io
import json
from pathlib import Path

import pytest
from rich.console import Console

from app.demo.story import Line, StoryFailed
from app.demo.summary import Summary, Told
from app.demo.tour import play, tell

QUIET = Console(file=io.StringIO())


@pytest.mark.parametrize(
    ("error", "evidence"),
    [
        (StoryFailed("the check run did not appear"), "the check run did not appear"),
        (ValueError("too many values to unpack"), "ValueError: too many values to unpack"),
    ],
)
def test_whatever_goes_wrong_in_a_line_is_its_evidence(error: Exception, evidence: str) -> None:
    def fail() -> str:
        raise error

    told = tell(Line("J1", "It happens", fail), QUIET)

    assert (told.ok, told.evidence) == (False, evidence)


def test_a_line_that_happened_says_what_can_be_looked_at() -> None:
    told = tell(Line("J1", "It happens", lambda: "http://127.0.0.1/pull/1"), QUIET)

    assert (told.ok, told.evidence) == (True, "http://127.0.0.1/pull/1")


@pytest.mark.parametrize(("lines", "ok"), [((), False), ((True,), True), ((True, False), False)])
def test_it_went_well_when_all_of_the_story_happened(lines: tuple[bool, ...], ok: bool) -> None:
    assert Summary(1.0, steps=[Told("J1", "It happens", line, 0.1, "") for line in lines]).ok is ok


def test_a_demo_that_cannot_be_played_replaces_the_summary_of_an_earlier_one(tmp_path: Path) -> None:
    state, summary = tmp_path / "not-a-folder", tmp_path / "build" / "summary.json"
    state.touch()
    Summary(1.0, steps=[Told("J1", "It happens", True, 0.1, "")]).write(summary)

    assert not play(state, keep=False, console=QUIET, summary=summary)

    left = json.loads(summary.read_text())
    assert (left["ok"], left["steps"]) == (False, [])
    assert "is not a folder of its own" in left["reason"]
