"""What an answer of a model can be, and what it cannot."""

from collections.abc import Sequence

import pytest

from app.ports.model import Completed, Empty, Event, Finished, FunctionCall, TextDelta, outcome_of


@pytest.mark.parametrize("text", ["", " \n"])
def test_an_answer_of_nothing_cannot_be_called_completed(text: str) -> None:
    with pytest.raises(ValueError, match="is Empty"):
        Completed(text)
    assert Completed(text, (FunctionCall("call_0", "read_file", "{}"),)).calls


def test_what_an_answer_ended_with_is_its_outcome() -> None:
    events: Sequence[Event] = (TextDelta("Here"), Finished(Empty()))

    assert outcome_of(events) == Empty()
