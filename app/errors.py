"""What can go wrong, sorted by who can mend it. Anything else that is raised is a bug."""

from datetime import timedelta


class RepoError(Exception):
    """The repository, its settings or its owners must change something: shown to them, never retried.

    The message names the thing, the place and the next step, and is shown to people as it stands.
    """


class TransientError(Exception):
    """An outside system is not able to answer now; the same call may succeed after `retry_after`."""

    def __init__(self, message: str, *, retry_after: timedelta | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Limited(TransientError):
    """A limit, the code host's or one of ours, leaves no room now: nothing is sent before `retry_after` is over."""

    def __init__(self, message: str, *, retry_after: timedelta) -> None:
        super().__init__(message, retry_after=retry_after)
        self.wait = retry_after


class StaleFence(Exception):
    """Somebody else holds the lane by now: whatever this process was about to do must not happen."""


class Cancelled(Exception):
    """The person who asked for this work took the request back while it was being done."""
