"""What is known of models, and what an operator may add."""

from pathlib import Path

import pytest

from app.adapters.model.capabilities import WrongModelsFile, read_capabilities
from app.domain.usage import MicroUsd, Price
from app.ports.model import Capabilities, Effort


@pytest.fixture
def own_file(tmp_path: Path) -> Path:
    return tmp_path / "models.toml"


def test_a_model_is_known_by_its_name_and_by_its_snapshots() -> None:
    table = read_capabilities()

    known = table.of("gpt-5.1")

    assert table.of("gpt-5.1-2025-11-13") == known
    assert (known.api, known.capabilities.edit_format, known.capabilities.is_priced) == (
        "responses",
        "apply_patch",
        True,
    )
    assert known.capabilities.price == Price(MicroUsd(1_250_000), MicroUsd(125_000), MicroUsd(10_000_000))


@pytest.mark.parametrize("name", ["gpt-5.1-codex", "llama3", "", "unknown", "models.gpt-5.1"])
def test_a_model_that_nobody_described_costs_as_much_as_the_dearest(name: str) -> None:
    table = read_capabilities()

    known = table.of(name)

    assert known.api == "chat"
    assert not known.capabilities.is_priced
    for other in table.entries:
        price = table.of(other).capabilities.price
        assert known.capabilities.price.input >= price.input
        assert known.capabilities.price.output >= price.output


def test_an_operator_adds_a_model_and_overrules_one_key_of_another(own_file: Path) -> None:
    own_file.write_text(
        """
        [models.llama3]
        edit_format = "whole"
        price = { input = 0, cached_input = 0, output = 0 }

        [models."gpt-5.1"]
        api = "chat"
        """
    )

    table = read_capabilities(own_file)

    free = Price(MicroUsd(0), MicroUsd(0), MicroUsd(0))
    assert table.of("llama3").capabilities == Capabilities("whole", (), 32_000, 8_000, free)
    assert table.of("gpt-5.1").api == "chat"
    assert table.of("gpt-5.1").capabilities.price == read_capabilities().of("gpt-5.1").capabilities.price


def test_a_model_behind_chat_completions_patches_in_text_because_it_has_no_such_tool_there(own_file: Path) -> None:
    own_file.write_text('[models."gpt-5.1"]\napi = "chat"\n')

    assert read_capabilities().of("gpt-5.1").capabilities.edit_format == "apply_patch"
    assert read_capabilities(own_file).of("gpt-5.1").capabilities.edit_format == "v4a"


def test_everything_that_is_wrong_with_a_file_is_said_at_once(own_file: Path) -> None:
    own_file.write_text(
        """
        [models.llama3]
        edit_fromat = "whole"
        context_tokens = 0
        price = { input = "free", cached_input = 0, outptu = 0 }
        """
    )

    with pytest.raises(WrongModelsFile) as error:
        read_capabilities(own_file)

    assert sorted(str(error.value).splitlines()) == sorted(
        [
            f"{own_file}: models.llama3.context_tokens: Input should be greater than or equal to 1",
            f"{own_file}: models.llama3.price.input: Input should be a valid decimal",
            f"{own_file}: models.llama3.price.output: Field required",
            f"{own_file}: models.llama3.price.outptu: unknown key (did you mean output?)",
            f"{own_file}: models.llama3.edit_fromat: unknown key (did you mean edit_format?)",
        ]
    )


@pytest.mark.parametrize(
    ("written", "answer"),
    [
        pytest.param("[models", "is not TOML: ", id="no TOML"),
        pytest.param("[model.llama3]\n", r"model: unknown key \(did you mean models\?\)", id="another table"),
        pytest.param("#" * 300_000, "is larger than 262144 bytes", id="a large file"),
        pytest.param(None, "cannot be read", id="no file"),
    ],
)
def test_a_file_that_is_none_is_refused(own_file: Path, written: str | None, answer: str) -> None:
    if written is not None:
        own_file.write_text(written)

    with pytest.raises(WrongModelsFile, match=f"^{own_file}: {answer}"):
        read_capabilities(own_file)


@pytest.mark.parametrize(
    ("model", "wanted", "asked"),
    [
        pytest.param("gpt-5.1", "low", "low", id="it has it"),
        pytest.param("gpt-5.1", "minimal", "none", id="the next lower one"),
        pytest.param("gpt-5.1", "max", "high", id="its highest"),
        pytest.param("gpt-5", "none", "minimal", id="its lowest"),
        pytest.param("gpt-4.1", "high", None, id="a model that does not reason"),
        pytest.param("gpt-5", None, None, id="the server decides"),
    ],
)
def test_the_nearest_effort_that_a_model_has_is_asked_for(
    model: str, wanted: Effort | None, asked: Effort | None
) -> None:
    assert read_capabilities().of(model).capabilities.nearest_effort(wanted) == asked
