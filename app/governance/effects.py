"""Effectively-once effects: write down the intent, act, write down the confirmation; look first when resuming."""

from collections.abc import Callable
from typing import TypeVar

from pydantic import TypeAdapter

from app.ports.effects import Confirmed, EffectLog, Unfinished

T = TypeVar("T")


def once(log: EffectLog, key: str, kind: type[T], *, act: Callable[[], T], find: Callable[[], T | None]) -> T:
    """The result of an effect that happens once, however often the job that makes it runs.

    A first attempt acts without looking. An attempt that follows one whose end nobody knows looks with `find` first.
    `key` names the effect for good: the subject and what is done to it.

    Raises:
        StaleFence: the lane is no longer ours; nothing was done.
    """
    values = TypeAdapter(kind)
    known = log.intend(key)
    if isinstance(known, Confirmed):
        return values.validate_json(known.value)
    result = find() if isinstance(known, Unfinished) else None
    if result is None:
        result = act()
    log.confirm(key, values.dump_json(result).decode())
    return result
