"""The local model server itself: its script, and answers that are not streamed."""

from pathlib import Path

import httpx
import pytest
from openai import OpenAI

from app.demo.model.local import LocalModel
from app.demo.model.script import Call, Rule, Say, Script
from tests.contract.model.conftest import KEY

ADD, REMOVE = Rule(contains=("Add",), answers=(Say(text="Added."),)), Rule(answers=(Say(text="one"), Say(text="two")))


@pytest.fixture
def openai(server: LocalModel) -> OpenAI:
    return OpenAI(api_key=KEY, base_url=server.base_url, max_retries=0)


def answer(openai: OpenAI, text: str) -> str:
    with openai:
        return openai.responses.create(model="gpt-local", input=text).output_text


def test_a_script_is_read_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "script.json").write_text(Script(rules=(ADD,)).model_dump_json())

    with LocalModel(tmp_path / "script.json") as server:
        assert answer(OpenAI(api_key=KEY, base_url=server.base_url), "Add a route.") == "Added."


def test_the_first_rule_that_falls_on_a_question_answers_it_in_order(server: LocalModel, openai: OpenAI) -> None:
    server.plays(ADD, REMOVE)

    with openai:
        asked = ("Remove it.", "Add a route.", "Remove it.", "Remove it.")
        said = [openai.responses.create(model="gpt-local", input=text).output_text for text in asked]

    assert said == ["one", "Added.", "two", "two"]
    assert [question.words for question in server.asked] == list(asked)


def test_an_answer_may_come_in_one_piece(server: LocalModel, openai: OpenAI) -> None:
    server.answers(Say(text="I look.", calls=(Call(name="read_file"),)))

    with openai:
        completion = openai.chat.completions.create(
            model="gpt-local", messages=[{"role": "user", "content": "Add a route."}]
        )
        response = openai.responses.create(model="gpt-local", input="Add a route.")

    assert completion.choices[0].message.content == response.output_text == "I look."
    assert completion.choices[0].finish_reason == "tool_calls"
    assert response.status == "completed"


def test_a_question_that_is_not_in_the_script_is_refused(server: LocalModel) -> None:
    server.plays(ADD)

    refused = httpx.post(
        f"{server.base_url}/responses",
        json={"model": "gpt-local", "input": "Remove it."},
        headers={"Authorization": f"Bearer {KEY}"},
        trust_env=False,
    )

    assert (refused.status_code, refused.json()["error"]["code"]) == (400, "not_in_the_script")
