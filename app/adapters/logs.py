"""One line of JSON a decision and an effect, on standard output; how long they are kept is the platform's duty."""

import logging
import sys
from collections.abc import Sequence
from typing import Literal, cast

import structlog
from structlog.typing import EventDict, WrappedLogger

from app.governance.redaction import redact

Level = Literal["DEBUG", "INFO", "WARN", "ERROR"]
_LEVELS = {"warning": "WARN", "critical": "ERROR", "exception": "ERROR"}


def configure_logs(*, level: Level = "INFO", secrets: Sequence[str] = ()) -> None:
    """Send ACS's own lines and those of its libraries through the same form and the same redaction."""
    known = tuple(secrets)

    def without_secrets(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
        return {key: value if key.startswith("_") else _redacted(value, known) for key, value in event.items()}

    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.ExtraAdder(),
        _named_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
        structlog.processors.format_exc_info,
        without_secrets,
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.PositionalArgumentsFormatter(), *shared],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(sort_keys=True, default=str),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING if level == "WARN" else level)
    for chatty in ("httpx", "httpcore", "httpx2", "httpcore2", "openai", "hishel", "alembic", "rq"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


def _redacted(value: object, known: Sequence[str]) -> object:
    """The value as JSON can say it, redacted at every depth; an object is what `str` says of it."""
    match value:
        case None | bool() | int() | float():
            return value
        case dict():
            return {
                redact(str(key), known): _redacted(one, known)
                for key, one in cast("dict[object, object]", value).items()
            }
        case list() | tuple():
            return [_redacted(one, known) for one in cast("Sequence[object]", value)]
        case _:
            return redact(str(value), known)


def _named_level(_logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    event["level"] = _LEVELS.get(method, method.upper())
    return event
