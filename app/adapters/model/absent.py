"""Where no model is configured: whoever asks is told what the operator can do."""

from typing import NoReturn

from app.domain.usage import MicroUsd, Price
from app.ports.model import Capabilities, ModelRefusesUs, Request

NOTHING = MicroUsd(0)


class NoModel:
    """Implements `app.ports.model.Model` by refusing; templates and patterns work without a model."""

    name = "none"
    capabilities = Capabilities("whole", (), 1, 1, Price(NOTHING, NOTHING, NOTHING))

    def ask(self, request: Request) -> NoReturn:
        raise ModelRefusesUs(
            "This needs a model, and ACS has none: set OPENAI_API_KEY (or OPENAI_BASE_URL of a server of your own) "
            "and ACS_MODEL. Templates and patterns work without one"
        )
