"""What a change to the configuration changes in effect."""

from app.domain.config_check import KeyChange
from app.governance.repo_config.keys import working_keys
from app.governance.repo_config.merging import Effective, Invalid


def effective_changes(before: Effective | Invalid, after: Effective) -> tuple[KeyChange, ...]:
    """The keys whose value differs, in the order of the reference; all that are set where nothing held before."""
    changes = [
        KeyChange(name, None if isinstance(before, Invalid) else before.value(key), after.value(key), key.default)
        for name, key in working_keys().items()
    ]
    return tuple(one for one in changes if one.after != (one.default if one.before is None else one.before))
