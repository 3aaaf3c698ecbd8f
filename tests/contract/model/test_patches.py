"""The tool `apply_patch`, which the Responses API has."""

import json
from dataclasses import replace

import pytest

from app.adapters.model.openai_model import OpenAIModel
from app.demo.model.local import LocalModel
from app.demo.model.script import Patch, Say
from app.ports.model import Answered, ApplyPatchTool, Completed, MisusedTools, PatchCall, ToolResult, outcome_of
from tests.contract.model.test_answers import REQUEST

pytestmark = pytest.mark.parametrize("api", ["responses"], indirect=True)
WRITTEN = (
    Patch(operation="create_file", path="a.ts", diff="+export const a = 1;\n"),
    Patch(operation="update_file", path="b.ts", diff="@@\n-old\n+new\n"),
    Patch(operation="delete_file", path="c.ts"),
)
CALLS = tuple(PatchCall(f"call_{index}", one.operation, one.path, one.diff) for index, one in enumerate(WRITTEN))


def test_patches_are_calls(server: LocalModel, model: OpenAIModel) -> None:
    server.answers(Say(calls=WRITTEN))

    outcome = outcome_of(model.ask(replace(REQUEST, tools=(ApplyPatchTool(),))))

    assert isinstance(outcome, Completed)
    assert outcome.calls == CALLS


def test_what_came_of_a_patch_is_said_to_the_model(server: LocalModel, model: OpenAIModel) -> None:
    server.answers(Say(text="Done."))
    results = (ToolResult(CALLS[0], "done"), ToolResult(CALLS[1], "no such line", succeeded=False))
    turns = (*REQUEST.turns, Answered("I patch.", CALLS[:2]), *results)

    outcome_of(model.ask(replace(REQUEST, tools=(ApplyPatchTool(),), turns=turns)))

    (question,) = server.asked
    items = json.loads(question.body)["input"]
    assert [item["type"] for item in items] == [
        "message",
        "message",
        "apply_patch_call",
        "apply_patch_call",
        "apply_patch_call_output",
        "apply_patch_call_output",
    ]
    assert [item["status"] for item in items[-2:]] == ["completed", "failed"]


def test_a_patch_that_nobody_asked_for_is_a_wrong_call(server: LocalModel, model: OpenAIModel) -> None:
    server.answers(Say(calls=WRITTEN[:1]))

    assert isinstance(outcome_of(model.ask(REQUEST)), MisusedTools)
