"""What a model's server is asked, over both APIs."""

import json
from dataclasses import replace
from typing import Any

import pytest

from app.adapters.model.openai_model import OpenAIModel
from app.demo.model.local import LocalModel
from app.demo.model.script import Say
from app.ports.model import Answered, FunctionCall, Request, Said, Structure, ToolResult, outcome_of
from tests.contract.model.conftest import CAPABILITIES, KEY, Open
from tests.contract.model.test_answers import READ_FILE, REQUEST

PLAN = Structure("plan", {"type": "object", "properties": {}, "required": [], "additionalProperties": False})


def asked(server: LocalModel, model: OpenAIModel, request: Request) -> dict[str, Any]:
    server.answers(Say(text="Here it is."))
    outcome_of(model.ask(request))
    (question,) = server.asked
    return json.loads(question.body)


def test_the_frozen_part_is_read_before_what_changes(server: LocalModel, model: OpenAIModel) -> None:
    asked(server, model, replace(REQUEST, frozen=("// a.ts", "// b.ts")))

    assert server.asked[0].words == "You edit code.\n// a.ts\n// b.ts\nAdd a route."


def test_nothing_is_kept_at_the_server_and_no_key_is_in_the_question(
    server: LocalModel, model: OpenAIModel, api: str
) -> None:
    body = asked(server, model, REQUEST)

    assert KEY not in json.dumps(body)
    assert body["stream"] is True
    if api == "responses":
        assert body["store"] is False


@pytest.mark.parametrize(
    ("efforts", "limit"), [((), "max_tokens"), (("low", "high"), "max_completion_tokens")], ids=["plain", "reasoning"]
)
def test_the_limit_has_the_name_that_the_model_knows(
    server: LocalModel, open_model: Open, api: str, efforts: tuple[Any, ...], limit: str
) -> None:
    model = open_model(capabilities=replace(CAPABILITIES, efforts=efforts))

    body = asked(server, model, replace(REQUEST, effort="medium"))

    assert body["max_output_tokens" if api == "responses" else limit] == 1_000
    effort = body.get("reasoning", {}).get("effort") if api == "responses" else body.get("reasoning_effort")
    assert effort == ("low" if efforts else None)


def test_a_structure_is_asked_for_strictly(server: LocalModel, model: OpenAIModel, api: str) -> None:
    body = asked(server, model, replace(REQUEST, structure=PLAN))

    asked_for = body["text"]["format"] if api == "responses" else body["response_format"]["json_schema"]
    assert (asked_for["name"], asked_for["schema"], asked_for["strict"]) == ("plan", PLAN.schema, True)


def test_calls_and_their_results_are_said_again(server: LocalModel, model: OpenAIModel, api: str) -> None:
    call = FunctionCall("call_0", "read_file", '{"path": "a.ts"}')
    turns = (Said("Add a route."), Answered("I look.", (call,)), ToolResult(call, "const a = 1;"))

    body = asked(server, model, replace(REQUEST, turns=turns, tools=(READ_FILE,)))

    if api == "responses":
        assert body["input"][-2:] == [
            {"type": "function_call", "call_id": "call_0", "name": "read_file", "arguments": '{"path": "a.ts"}'},
            {"type": "function_call_output", "call_id": "call_0", "output": "const a = 1;"},
        ]
    else:
        assert body["messages"][-2]["tool_calls"][0]["id"] == "call_0"
        assert body["messages"][-1] == {"role": "tool", "tool_call_id": "call_0", "content": "const a = 1;"}
