"""The audit log: lines are appended, and the database refuses to change them."""

import json
from collections.abc import Mapping

from sqlalchemy import Connection

from app.adapters.sql.tables import audit


def append(
    connection: Connection,
    *,
    at: int,
    correlation_id: str,
    actor: str,
    operation: str,
    subject: str,
    outcome: str,
    facts: Mapping[str, str],
) -> None:
    """Write one line, in the transaction of what it tells about."""
    connection.execute(
        audit.insert().values(
            at=at,
            correlation_id=correlation_id,
            actor=actor,
            operation=operation,
            subject=subject,
            outcome=outcome,
            facts=json.dumps(dict(facts), sort_keys=True),
        )
    )
