"""The real SDK against the local model server, over both APIs."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from app.adapters.model.capabilities import Api, Known
from app.adapters.model.openai_model import OpenAIModel, Patience
from app.demo.model.local import LocalModel
from app.domain.usage import MicroUsd, Price
from app.ports.model import Capabilities

KEY = "sk-proj-not-to-be-seen-anywhere"
PRICE = Price(MicroUsd(1_000_000), MicroUsd(100_000), MicroUsd(10_000_000))
CAPABILITIES = Capabilities("search_replace", ("low", "high"), 100_000, 10_000, PRICE)
PATIENCE = Patience(attempts=3, first_wait=timedelta(0), silence=timedelta(seconds=0.3))

Open = Callable[..., OpenAIModel]


@pytest.fixture(scope="session")
def server() -> Iterator[LocalModel]:
    with LocalModel() as server:
        yield server


@pytest.fixture(params=["responses", "chat"])
def api(request: pytest.FixtureRequest) -> Api:
    return request.param


@pytest.fixture
def waits() -> list[float]:
    """How long the adapter wanted to wait before it asked again, in seconds."""
    return []


@pytest.fixture
def open_model(server: LocalModel, api: Api, waits: list[float]) -> Iterator[Open]:
    opened: list[OpenAIModel] = []

    def open_model(*, most_bytes: int = 1_000_000, capabilities: Capabilities = CAPABILITIES) -> OpenAIModel:
        model = OpenAIModel(
            "gpt-local",
            Known(api, capabilities),
            api_key=KEY,
            base_url=server.base_url,
            patience=PATIENCE,
            sleep=waits.append,
            most_bytes=most_bytes,
        )
        opened.append(model)
        return model

    yield open_model
    for model in opened:
        model.close()


@pytest.fixture
def model(open_model: Open) -> OpenAIModel:
    return open_model()
