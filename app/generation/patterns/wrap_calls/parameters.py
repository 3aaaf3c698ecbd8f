from pydantic import BaseModel, ConfigDict


class Parameters(BaseModel):
    """What the issue gave, in the types that `pattern.yml` declares."""

    model_config = ConfigDict(frozen=True)

    function: str
    paths: tuple[str, ...]
    attempts: int
    timeout_ms: int
    backoff_ms: int
    timeout_argument: str | None
    module: str | None

    @property
    def root(self) -> str:
        """The first name of the function, `axios` of `axios.get`."""
        return self.function.partition(".")[0]

    @property
    def last(self) -> str:
        return self.function.rpartition(".")[2]
