"""Effectively-once effects: write down the intent, act, write down the confirmation; look first when resuming.

Every method of the code host that writes is one of two kinds, and a test holds this list complete.

Made once, always by `once`, and found again by:

- `Issues.comment`: the hidden marker it begins with, in a comment of the App's own
- `Commits.commit`: nothing; one that no branch points at harms nobody, and is made anew
- `Commits.create_branch`: its name, where it points at the commit that was made
- `Pulls.open_draft`: its head branch
- `Reviews.reply`: the hidden marker it begins with, in an answer of the App's own in that thread
- `Checks.create`: its external id, in a check run of the App's own

Set to a value, so that once more changes nothing:

- `Issues.react`: GitHub keeps one reaction of a kind from each account
- `Issues.react_to_comment`: the same
- `Issues.edit_comment`: the whole body is set
- `Pulls.leave_draft`: what is no draft stays none
- `Pulls.request_reviewers`: who is asked already is not asked again; who answered in between is, which does no harm
- `Reviews.react`: one reaction of a kind from each account, as on issues
- `Issues.add_label`: it is on
- `Issues.remove_label`: it is off
- `Commits.delete_branch`: what is gone is gone
- `Checks.start`: a status and words
- `Checks.conclude`: a conclusion and words; annotations are appended, so those that are there are counted first
"""

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
