"""What a model answers and how it fails, over both APIs: each end of an answer is a type of its own."""

import traceback
from dataclasses import replace
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from app.adapters.model.openai_model import OpenAIModel
from app.demo.model.local import LocalModel
from app.demo.model.script import Answer, Call, Drop, Fail, Raw, Say
from app.domain.usage import Usage
from app.ports.model import (
    CallFinished,
    Completed,
    Cut,
    Empty,
    Finished,
    FunctionCall,
    FunctionTool,
    MisusedTools,
    ModelRefusesUs,
    ModelUnavailable,
    Refused,
    Request,
    Said,
    TextDelta,
    Truncated,
    UsageReported,
    outcome_of,
)
from tests.contract.model.conftest import KEY, Open

REQUEST = Request(
    purpose="edit",
    instructions="You edit code.",
    turns=(Said("Add a route."),),
    max_output_tokens=1_000,
    deadline=timedelta(seconds=20),
)
READ_FILE = FunctionTool(
    "read_file", "Read a file", {"type": "object", "properties": {}, "additionalProperties": False}
)
ASKED = Usage(input_tokens=7, output_tokens=3)


def usage_of(model_answer: Completed | Truncated | Refused | Empty | MisusedTools) -> Usage:
    assert model_answer.usage is not None
    return model_answer.usage


def test_an_answer_comes_as_a_stream_and_ends_completed(server: LocalModel, model: OpenAIModel) -> None:
    server.answers(Say(text="Here it is.", piece=4))

    *events, last = model.ask(REQUEST)

    assert [event for event in events if isinstance(event, TextDelta)] == [
        TextDelta("Here"),
        TextDelta(" it "),
        TextDelta("is."),
    ]
    assert last == Finished(Completed("Here it is.", usage=ASKED))
    assert UsageReported(ASKED) in events


def test_a_tool_is_called_with_what_the_model_wrote(server: LocalModel, model: OpenAIModel) -> None:
    server.answers(Say(calls=(Call(name="read_file", arguments='{"path": "a.ts"}'), Call(name="read_file"))))

    *events, last = model.ask(replace(REQUEST, tools=(READ_FILE,)))

    calls = (FunctionCall("call_0", "read_file", '{"path": "a.ts"}'), FunctionCall("call_1", "read_file", "{}"))
    assert [event for event in events if isinstance(event, CallFinished)] == list(map(CallFinished, calls))
    assert isinstance(last, Finished)
    assert isinstance(last.outcome, Completed)
    assert last.outcome.calls == calls


@pytest.mark.parametrize(
    ("call", "problem"),
    [
        pytest.param(Call(name="delete_all"), "there is no tool 'delete_all'; the tools are: read_file", id="no tool"),
        pytest.param(Call(name="read_file", arguments='{"pa'), "the arguments are not a JSON object", id="no JSON"),
        pytest.param(Call(name="read_file", arguments="[1]"), "the arguments are not a JSON object", id="no object"),
        pytest.param(
            Call(name="read_file", arguments="[" * 20_000), "the arguments are not a JSON object", id="a deep one"
        ),
    ],
)
def test_a_wrong_call_of_a_tool_is_no_completed_answer(
    server: LocalModel, model: OpenAIModel, call: Call, problem: str
) -> None:
    server.answers(Say(text="I look.", calls=(call,)))

    outcome = outcome_of(model.ask(replace(REQUEST, tools=(READ_FILE,))))

    assert isinstance(outcome, MisusedTools)
    assert [mistake.problem for mistake in outcome.mistakes] == [problem]


def test_a_call_without_any_tool_is_no_completed_answer(server: LocalModel, model: OpenAIModel) -> None:
    server.answers(Say(calls=(Call(name="read_file"),)))

    assert isinstance(outcome_of(model.ask(REQUEST)), MisusedTools)


@pytest.mark.parametrize(
    ("answer", "cut"),
    [
        pytest.param(Say(text="const a = ", ends="token_limit"), "token limit", id="at the limit of tokens"),
        pytest.param(Say(text="const a = ", ends="content_filter"), "content filter", id="by a filter"),
        pytest.param(Say(text="const a = " * 9, piece=10, cut_after=1), "connection", id="by the connection"),
        pytest.param(Say(text="const a = " * 9, piece=10, hang_after=1), "silence", id="by silence"),
        pytest.param(Say(text="const a = ", ends="failed"), "connection", id="by the server"),
    ],
)
def test_an_answer_that_broke_off_is_truncated(
    server: LocalModel, model: OpenAIModel, answer: Answer, cut: Cut
) -> None:
    server.answers(answer)

    outcome = outcome_of(model.ask(REQUEST))

    assert isinstance(outcome, Truncated)
    assert (outcome.partial, outcome.cut) == ("const a = ", cut)
    assert len(server.asked) == 1


def test_a_call_that_broke_off_is_not_made(server: LocalModel, model: OpenAIModel) -> None:
    server.answers(Say(calls=(Call(name="read_file"),), ends="token_limit"))

    outcome = outcome_of(model.ask(replace(REQUEST, tools=(READ_FILE,))))

    assert isinstance(outcome, Truncated)


def test_an_answer_that_is_not_done_at_the_deadline_is_truncated(server: LocalModel, model: OpenAIModel) -> None:
    server.answers(Say(text="word " * 1_000, piece=5, tokens_per_second=20))

    outcome = outcome_of(model.ask(replace(REQUEST, deadline=timedelta(seconds=0.5))))

    assert isinstance(outcome, Truncated)
    assert outcome.cut == "deadline"
    assert outcome.partial.startswith("word ")
    assert len(server.asked) == 1


def test_a_refusal_is_no_answer(server: LocalModel, model: OpenAIModel) -> None:
    server.answers(Say(refusal="I cannot help with that."))

    outcome = outcome_of(model.ask(REQUEST))

    assert isinstance(outcome, Refused)
    assert outcome.reason == "I cannot help with that."


def test_a_question_that_a_filter_refuses_is_refused(server: LocalModel, model: OpenAIModel) -> None:
    server.answers(Fail(status=400, code="content_filter", message="Filtered."))

    assert outcome_of(model.ask(REQUEST)) == Refused("the server's content filter refuses the question")


@pytest.mark.parametrize(
    "answer", [pytest.param(Say(), id="nothing"), pytest.param(Say(text=" \n\n ", ends="done"), id="blanks")]
)
def test_nothing_is_no_answer(server: LocalModel, model: OpenAIModel, answer: Answer) -> None:
    server.answers(answer)

    assert isinstance(outcome_of(model.ask(REQUEST)), Empty)


def test_another_language_is_an_answer_like_any_other(server: LocalModel, model: OpenAIModel) -> None:
    server.answers(Say(text="もちろん、変更します。 Ağaç 🌳", piece=3))

    outcome = outcome_of(model.ask(REQUEST))

    assert isinstance(outcome, Completed)
    assert outcome.text == "もちろん、変更します。 Ağaç 🌳"


def test_half_a_character_is_replaced(server: LocalModel, model: OpenAIModel, api: str) -> None:
    chunks = {
        "chat": '{"choices": [{"index": 0, "delta": {"content": "a\\ud800b"}, "finish_reason": "stop"}]}',
        "responses": '{"type": "response.output_text.delta", "delta": "a\\ud800b"}',
    }
    end = 'data: {"type": "response.completed", "response": {"usage": null}}\n\n' if api == "responses" else ""
    server.answers(Raw(body=f"data: {chunks[api]}\n\n{end}"))

    assert outcome_of(model.ask(REQUEST)) == Completed("a�b")


def test_prose_without_end_is_cut_at_what_was_asked_for(server: LocalModel, model: OpenAIModel) -> None:
    server.answers(Say(text="I would love to tell you more. ", repeat=10_000, piece=500))

    outcome = outcome_of(model.ask(REQUEST))

    assert isinstance(outcome, Truncated)
    assert outcome.cut == "size"
    assert 32_000 <= len(outcome.partial) < 33_000


@pytest.mark.parametrize(
    "body",
    [
        pytest.param('data: {"type": "response.in_progress", "choices": []}\n\n', id="events that say nothing"),
        pytest.param("data: " + "x" * 1_000, id="one line"),
        pytest.param(": still here\n\n", id="comments"),
    ],
)
def test_a_stream_without_end_is_read_up_to_a_limit(server: LocalModel, open_model: Open, body: str) -> None:
    server.answers(Raw(body=body, endless=True))

    with pytest.raises(ModelUnavailable, match="answers what makes no sense"):
        outcome_of(open_model(most_bytes=20_000).ask(REQUEST))
    assert len(server.asked) == 3


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("data: {no JSON\n\n", id="no JSON"),
        pytest.param("data: " + "[" * 50_000 + "\n\n", id="a deep one"),
        pytest.param('data: {"type": "response.output_text.delta", "delta": 3, "choices": "none"}\n\n', id="types"),
        pytest.param('data: {"type": "response.completed", "choices": [{"delta": []}]}\n\n', id="holes"),
        pytest.param("<html>Welcome to the hotel's network</html>", id="a page"),
    ],
)
def test_nonsense_is_asked_again_and_then_given_up(server: LocalModel, model: OpenAIModel, body: str) -> None:
    server.answers(Raw(body=body))

    with pytest.raises(ModelUnavailable):
        outcome_of(model.ask(REQUEST))
    assert len(server.asked) == 3


def test_a_compressed_answer_is_not_unpacked(server: LocalModel, model: OpenAIModel) -> None:
    server.answers(Raw(body="data: {}\n\n", encoding="gzip"))

    with pytest.raises(ModelUnavailable):
        outcome_of(model.ask(REQUEST))


@pytest.mark.parametrize(
    "failure",
    [
        pytest.param(Fail(status=429, code="rate_limit_exceeded"), id="rate limit"),
        pytest.param(Fail(status=500), id="server error"),
        pytest.param(Fail(status=503), id="overloaded"),
        pytest.param(Drop(), id="dropped"),
        pytest.param(Say(text="never said", cut_after=0), id="cut before the first word"),
        pytest.param(Say(ends="failed"), id="failed before the first word"),
    ],
)
def test_what_passes_is_asked_again(
    server: LocalModel, model: OpenAIModel, waits: list[float], failure: Answer
) -> None:
    server.answers(failure, failure, Say(text="Here it is."))

    outcome = outcome_of(model.ask(REQUEST))

    assert isinstance(outcome, Completed)
    assert len(server.asked) == 3
    assert len(waits) == 2


@pytest.mark.parametrize("failure", [Fail(status=429), Fail(status=500), Drop()])
def test_what_does_not_pass_is_given_up(server: LocalModel, model: OpenAIModel, failure: Answer) -> None:
    server.answers(failure)

    with pytest.raises(ModelUnavailable):
        outcome_of(model.ask(REQUEST))
    assert len(server.asked) == 3


def test_the_server_is_left_alone_as_long_as_it_asks(
    server: LocalModel, model: OpenAIModel, waits: list[float]
) -> None:
    server.answers(Fail(status=429, retry_after="4"), Say(text="Here it is."))

    outcome_of(model.ask(REQUEST))

    assert waits == [4]


@pytest.mark.parametrize("advice", ["120", "Fri, 31 Dec 2100 23:59:59 GMT", "1e300"])
def test_a_wait_beyond_the_deadline_is_not_begun(
    server: LocalModel, model: OpenAIModel, waits: list[float], advice: str
) -> None:
    server.answers(Fail(status=429, retry_after=advice))

    with pytest.raises(ModelUnavailable) as unavailable:
        outcome_of(model.ask(REQUEST))

    assert unavailable.value.retry_after is not None
    assert timedelta(seconds=120) <= unavailable.value.retry_after <= timedelta(hours=1)
    assert (waits, len(server.asked)) == ([], 1)


def test_a_model_that_does_not_begin_in_time_is_unavailable(server: LocalModel, model: OpenAIModel) -> None:
    server.answers(Say(text="late", first_token_seconds=3))

    with pytest.raises(ModelUnavailable, match="did not answer in time"):
        outcome_of(model.ask(replace(REQUEST, deadline=timedelta(seconds=0.3))))
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("failure", "answer"),
    [
        pytest.param(Fail(status=401), r"does not accept the key .*: correct OPENAI_API_KEY", id="wrong key"),
        pytest.param(Fail(status=403), r"does not accept the key", id="no permission"),
        pytest.param(Fail(status=404), r"has no model gpt-local: correct ACS_MODEL", id="no such model"),
        pytest.param(Fail(status=429, code="insufficient_quota"), "has no credit left", id="no money"),
        pytest.param(
            Fail(status=400, code="context_length_exceeded"), r"\(status 400, context_length_exceeded\)", id="too long"
        ),
        pytest.param(Fail(status=422, code="sk-some <b>words</b>"), r"\(status 422\)", id="a code that is none"),
        pytest.param(Fail(status=302, location="http://127.0.0.1:1/"), r"\(status 302\)", id="a redirect"),
    ],
)
def test_what_only_the_operator_can_mend_is_said_at_once(
    server: LocalModel, model: OpenAIModel, failure: Answer, answer: str
) -> None:
    server.answers(failure)

    with pytest.raises(ModelRefusesUs, match=answer):
        outcome_of(model.ask(REQUEST))
    assert len(server.asked) == 1


@pytest.mark.parametrize("status", [400, 401, 404, 429, 500])
def test_a_server_that_repeats_the_key_does_not_bring_it_into_a_log(
    server: LocalModel, model: OpenAIModel, status: int
) -> None:
    server.answers(Fail(status=status, message=f"Incorrect key provided: {KEY}", code=KEY))

    with capture_logs() as logs, pytest.raises((ModelRefusesUs, ModelUnavailable)) as error:
        outcome_of(model.ask(REQUEST))

    assert KEY not in "".join(traceback.format_exception(error.value))
    assert KEY not in repr(logs)
    assert KEY not in repr(vars(model))


def test_who_stops_reading_ends_the_request(server: LocalModel, model: OpenAIModel) -> None:
    server.answers(Say(text="word " * 1_000, piece=5, tokens_per_second=100), Say(text="Here it is."))
    answer = model.ask(REQUEST)
    assert next(answer) == TextDelta("word ")

    answer.close()

    assert list(answer) == []
    assert isinstance(outcome_of(model.ask(REQUEST)), Completed)


def test_a_server_that_does_not_say_what_it_used_is_believed(server: LocalModel, model: OpenAIModel) -> None:
    server.answers(Say(text="Here it is.", usage=False))

    assert outcome_of(model.ask(REQUEST)) == Completed("Here it is.", usage=None)


def test_what_was_read_before_is_cached(server: LocalModel, model: OpenAIModel) -> None:
    server.answers(Say(text="Here it is."))
    first = replace(REQUEST, frozen=("export const total = 3;\n" * 100,))
    outcome_of(model.ask(first))

    outcome = outcome_of(model.ask(replace(first, turns=(Said("Add another route."),))))

    assert usage_of(outcome).cached_tokens > 500
