"""What was answered to commands, and which repositories are paused."""

from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, Connection, and_, delete, select

from app.adapters.sql.engine import upsert
from app.adapters.sql.tables import answers, paused
from app.domain.answers import Answers
from app.domain.paused import Paused
from app.domain.repo import IssueRef, RepoRef

_ANSWERS = TypeAdapter(Answers)
_PAUSED = TypeAdapter(Paused)


def load_answers(connection: Connection, on: IssueRef) -> Answers:
    """The last answers on an issue or pull request."""
    of_subject = and_(
        answers.c.host == on.repo.host, answers.c.repo_id == on.repo.repo_id, answers.c.number == on.number
    )
    document = connection.execute(select(answers.c.document).where(of_subject)).scalar()
    return Answers(on) if document is None else _ANSWERS.validate_json(document)


def save_answers(connection: Connection, saved: Answers, *, now: int) -> None:
    key = {"host": saved.on.repo.host, "repo_id": saved.on.repo.repo_id, "number": saved.on.number}
    values = {"document": _ANSWERS.dump_json(saved), "updated_at": now}
    connection.execute(
        upsert(connection, answers).values(**key, **values).on_conflict_do_update(index_elements=list(key), set_=values)
    )


def load_paused(connection: Connection, repo: RepoRef) -> Paused | None:
    """Who paused the repository, if anybody did."""
    document = connection.execute(select(paused.c.document).where(_of(repo))).scalar()
    return None if document is None else _PAUSED.validate_json(document)


def save_paused(connection: Connection, repo: RepoRef, saved: Paused | None) -> None:
    if saved is None:
        connection.execute(delete(paused).where(_of(repo)))
        return
    key, values = {"host": repo.host, "repo_id": repo.repo_id}, {"document": _PAUSED.dump_json(saved)}
    connection.execute(
        upsert(connection, paused).values(**key, **values).on_conflict_do_update(index_elements=list(key), set_=values)
    )


def _of(repo: RepoRef) -> ColumnElement[bool]:
    return and_(paused.c.host == repo.host, paused.c.repo_id == repo.repo_id)
