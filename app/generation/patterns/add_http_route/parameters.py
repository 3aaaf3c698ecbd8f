import re
from typing import Literal

from pydantic import BaseModel, ConfigDict, JsonValue

Method = Literal["get", "post", "put", "patch", "delete"]


class Parameters(BaseModel):
    """What the issue gave, in the types that `pattern.yml` declares."""

    model_config = ConfigDict(frozen=True)

    file: str
    method: Method
    path: str
    handler: str
    status: int
    response: JsonValue
    application: str | None

    @property
    def route(self) -> str:
        return f"{self.method.upper()} {self.path}"

    @property
    def requested_path(self) -> str:
        """The path as a client may ask for it, with `1` for every parameter."""
        return re.sub(r":[A-Za-z]\w*|<[^>]*>", "1", self.path)
