import json
from collections.abc import Mapping

import pytest

from app.domain.change import ForbiddenPath
from app.domain.plan import Criterion, Plan, PlannedFile, Unclear
from app.generation.planning.answer import NoPlan, PlanAnswer, read_plan

PATHS = ("src/money.ts", "src/index.ts")
FILE = {"path": "src/money.ts", "operation": "modify", "intent": "Round half to even"}
ANSWER: Mapping[str, object] = {
    "is_clear": True,
    "questions": [],
    "title": "Round money half to even",
    "summary": "Changes `round` and its test.",
    "risk": "low",
    "files": [FILE],
    "criteria": [{"text": "2.5 becomes 2", "test": "src/money.test.ts: rounds", "why_untested": ""}],
    "lines": 40,
}


def answered(**changes: object) -> str:
    return json.dumps({**ANSWER, **changes})


def test_a_plan_is_read_as_it_was_answered() -> None:
    assert read_plan(answered(), paths=PATHS) == Plan(
        title="Round money half to even",
        summary="Changes `round` and its test.",
        lane="fast",
        risk="low",
        files=(PlannedFile("src/money.ts", "modify", "Round half to even"),),
        criteria=(Criterion("2.5 becomes 2", "src/money.test.ts: rounds"),),
        lines=40,
    )


def test_an_unclear_request_is_answered_with_questions_and_nothing_else() -> None:
    text = answered(is_clear=False, questions=["Which\ncurrency?", " ", "From when on?"])

    assert read_plan(text, paths=PATHS) == Unclear(("Which currency?", "From when on?"))


@pytest.mark.parametrize(
    ("file", "operation"),
    [
        pytest.param({"path": "src/new.ts", "operation": "modify"}, "create", id="what is not there is created"),
        pytest.param({"path": "src/index.ts", "operation": "create"}, "modify", id="what is there is modified"),
        pytest.param({"path": "src/index.ts", "operation": "delete"}, "delete", id="what is there can be deleted"),
    ],
)
def test_the_tree_says_which_operation_it_is(file: Mapping[str, str], operation: str) -> None:
    plan = read_plan(answered(files=[{**FILE, **file}]), paths=PATHS)

    assert isinstance(plan, Plan)
    assert [one.operation for one in plan.files] == [operation]


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        pytest.param(
            ".github/workflows/ci.yml", "is inside .github/workflows, which ACS never writes", id="a workflow"
        ),
        pytest.param("../other/a.ts", "holds an empty, . or .. segment", id="another folder"),
        pytest.param(".git/config", "is inside .git, or can be read as if it were", id="git's own"),
    ],
)
def test_a_path_that_is_never_written_is_known_before_anything_is_spent_on_it(path: str, reason: str) -> None:
    found = read_plan(answered(files=[FILE, FILE | {"path": path}]), paths=PATHS)

    assert found == (ForbiddenPath(path, reason),)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("I would change money.ts.", "the answer: Invalid JSON", id="prose"),
        pytest.param("", "the answer: Invalid JSON", id="nothing"),
        pytest.param("\ud800", "the answer: Invalid JSON", id="half a character"),
        pytest.param("[" * 50_000, "the answer: Invalid JSON", id="nested without end"),
        pytest.param(answered(risk="none"), "risk: Input should be 'low', 'medium' or 'high'", id="another risk"),
        pytest.param(answered(then="push"), "then: Extra inputs are not permitted", id="more than was asked for"),
        pytest.param(answered(files=[{"path": "a"}]), "files.0.operation: Field required", id="half a file"),
        pytest.param(answered(files=[]), "the plan touches no file", id="no file"),
        pytest.param(answered(files=[FILE] * 61), "the plan touches 61 files; at most 60", id="too many files"),
        pytest.param(answered(is_clear=False), "is_clear is false, and there is no question", id="no question"),
    ],
)
def test_what_is_no_plan_says_why(text: str, message: str) -> None:
    with pytest.raises(NoPlan) as refused:
        read_plan(text, paths=PATHS)

    assert str(refused.value).startswith(message)


def test_what_a_model_writes_is_bounded_and_visible() -> None:
    text = answered(
        title="Round\u202e money " + "x" * 200,
        summary="y" * 5_000,
        lines=-3,
        criteria=[{"text": "z" * 900, "test": None, "why_untested": ""}],
    )

    plan = read_plan(text, paths=PATHS)

    assert isinstance(plan, Plan)
    assert plan.title == "Round\ufffd money " + "x" * 58 + "…"
    assert (len(plan.summary), plan.lines) == (2_000, 1)
    assert plan.criteria == (Criterion("z" * 399 + "…", None, "the plan does not say why"),)


def test_the_shape_that_is_asked_for_is_one_that_servers_can_hold_a_model_to() -> None:
    """https://developers.openai.com/api/docs/guides/structured-outputs#supported-schemas"""
    schema = PlanAnswer.model_json_schema()

    for shape in (schema, *schema["$defs"].values()):
        assert shape["additionalProperties"] is False
        assert shape["required"] == list(shape["properties"])
