"""What was asked once is answered again from its recording, exactly, or loudly not at all."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from app.adapters.model.recorder import Recorder
from app.adapters.model.replayer import BrokenRecording, NotRecorded, Replayer
from app.domain.usage import Usage
from app.ports.model import (
    Completed,
    Empty,
    FunctionCall,
    FunctionTool,
    Mistake,
    MisusedTools,
    ModelRefusesUs,
    ModelUnavailable,
    Outcome,
    PatchCall,
    Refused,
    Request,
    Said,
    ToolResult,
    Truncated,
    outcome_of,
)
from tests.fakes.model import ScriptedModel

CALL = FunctionCall("call_0", "read_file", '{"path": "a.ts"}')
REQUEST = Request(
    purpose="tool",
    instructions="You edit code.",
    turns=(Said("Add a route."), ToolResult(CALL, "no such file", succeeded=False)),
    max_output_tokens=1_000,
    deadline=timedelta(seconds=20),
    tools=(FunctionTool("read_file", "Read a file", {"type": "object", "kind": "a property"}),),
)
OTHER = replace(REQUEST, turns=(Said("Remove a route."),))
OUTCOMES: tuple[Outcome, ...] = (
    Completed("Here it is.", (CALL, PatchCall("call_1", "update_file", "a.ts", "@@")), Usage(10, 5, 2)),
    Truncated("Here", "connection"),
    Refused("No.", Usage(1, 2)),
    Empty(),
    MisusedTools("I look.", (CALL,), (Mistake(CALL, "there is no tool"),)),
)
Record = Callable[..., Path]


@pytest.fixture
def record(tmp_path: Path) -> Record:
    """Asks these questions, is answered by these outcomes, and says where it was recorded."""

    def record(requests: list[Request], *answers: Outcome | ModelUnavailable | ModelRefusesUs) -> Path:
        path = tmp_path / "exchanges.jsonl"
        recorder = Recorder(ScriptedModel(answers), path)
        for request in requests:
            with suppress(ModelUnavailable, ModelRefusesUs):
                outcome_of(recorder.ask(request))
        return path

    return record


@pytest.mark.parametrize("outcome", OUTCOMES, ids=lambda outcome: type(outcome).__name__)
def test_every_end_of_an_answer_is_the_same_again(record: Record, outcome: Outcome) -> None:
    replayer = Replayer(record([REQUEST], outcome))

    assert outcome_of(replayer.ask(replace(REQUEST, deadline=timedelta(seconds=1)))) == outcome

    assert replayer.unasked == 0
    assert (replayer.name, replayer.capabilities) == ("scripted", ScriptedModel([]).capabilities)


@pytest.mark.parametrize(
    "failure", [ModelUnavailable("not now", retry_after=timedelta(seconds=3)), ModelRefusesUs("correct the key")]
)
def test_a_failure_fails_again(record: Record, failure: ModelUnavailable | ModelRefusesUs) -> None:
    replayer = Replayer(record([REQUEST], failure))

    with pytest.raises(type(failure), match=str(failure)) as again:
        outcome_of(replayer.ask(REQUEST))

    if isinstance(failure, ModelUnavailable):
        assert isinstance(again.value, ModelUnavailable)
        assert again.value.retry_after == failure.retry_after


def test_equal_questions_are_answered_in_their_order_and_others_in_any(record: Record) -> None:
    first, second, other = Completed("first"), Completed("second"), Completed("other")
    replayer = Replayer(record([REQUEST, REQUEST, OTHER], first, second, other))

    answers = [outcome_of(replayer.ask(request)) for request in (OTHER, REQUEST, REQUEST)]

    assert answers == [other, first, second]


def test_a_question_that_was_not_asked_then_is_refused_with_what_differs(record: Record) -> None:
    path = record([REQUEST], Completed("Here it is."))

    with pytest.raises(NotRecorded) as error:
        outcome_of(Replayer(path).ask(replace(REQUEST, turns=(Said("Add a root."), *REQUEST.turns[1:]))))

    assert str(error.value) == (
        f"{path}: the question differs from the next recorded one at turns[0].text: "
        'then "Add a route.", now "Add a root."'
    )


def test_a_question_that_was_asked_less_often_is_refused(record: Record) -> None:
    replayer = Replayer(record([REQUEST], Completed("Here it is.")))
    outcome_of(replayer.ask(REQUEST))

    with pytest.raises(NotRecorded, match="every recorded question was asked already"):
        outcome_of(replayer.ask(REQUEST))


def test_an_answer_that_was_not_read_to_its_end_ends_there(tmp_path: Path) -> None:
    path = tmp_path / "exchanges.jsonl"
    answer = Recorder(ScriptedModel([Completed("Here it is.")]), path).ask(REQUEST)
    next(answer)
    answer.close()

    again = Replayer(path).ask(REQUEST)

    next(again)
    with pytest.raises(NotRecorded, match="was not read any further"):
        next(again)


def test_one_altered_byte_is_noticed_wherever_it_is(record: Record) -> None:
    path = record([REQUEST, OTHER], Completed("Here it is."), Completed("And this."))
    whole = path.read_bytes()

    for place in (*range(0, len(whole), 17), len(whole) - 1):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        with pytest.raises(BrokenRecording, match=r"exchanges\.jsonl"):
            Replayer(path)


@pytest.mark.parametrize(
    "order",
    [
        pytest.param((0, 2, 1), id="another order"),
        pytest.param((0, 2), id="one left out"),
        pytest.param((0, 1, 1, 2), id="one doubled"),
        pytest.param((1, 2), id="without its head"),
        pytest.param((), id="nothing"),
    ],
)
def test_lines_stay_where_they_were(record: Record, order: tuple[int, ...]) -> None:
    path = record([REQUEST, OTHER], Completed("Here it is."), Completed("And this."))
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[place] for place in order))

    with pytest.raises(BrokenRecording):
        Replayer(path)


@pytest.mark.parametrize(
    ("written", "instead"),
    [
        pytest.param(b":", b": ", id="a blank"),
        pytest.param(b"[", b"[" * 100_000, id="a deep one"),
        pytest.param(b"\n", b"\r\n", id="another end of line"),
    ],
)
def test_what_means_the_same_is_not_the_same(record: Record, written: bytes, instead: bytes) -> None:
    path = record([REQUEST], Completed("Here it is."))
    path.write_bytes(path.read_bytes().replace(written, instead, 1))

    with pytest.raises(BrokenRecording):
        Replayer(path)


def test_no_secret_is_recorded_even_when_it_lies_across_two_pieces(tmp_path: Path) -> None:
    path = tmp_path / "exchanges.jsonl"
    secret = "hunter2 hunter2"  # which the model says in two pieces
    request = replace(REQUEST, turns=(Said(f"The password is {secret}."),))
    answer = Completed(f"I know {secret} now, and ghp_abcdefghijklmnopqrstuvwxyz.")
    recorder = Recorder(ScriptedModel([answer]), path, known=[secret])

    assert outcome_of(recorder.ask(request)) == answer

    assert b"hunter2" not in path.read_bytes()
    assert b"ghp_" not in path.read_bytes()
    redacted = Completed("I know [redacted] now, and [redacted]")
    assert outcome_of(Replayer(path, known=[secret]).ask(request)) == redacted


def test_what_was_recorded_is_not_overwritten(record: Record) -> None:
    path = record([REQUEST], Completed("Here it is."))

    with pytest.raises(FileExistsError):
        Recorder(ScriptedModel([]), path)
    assert path.stat().st_mode & 0o777 == 0o600
