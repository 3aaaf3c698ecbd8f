"""Which lane something belongs to, and whether a lease on it still holds."""

from sqlalchemy import ColumnElement, Connection, and_, select, update

from app.adapters.sql.tables import lanes, tasks
from app.errors import StaleFence
from app.ports.journal import Lane, Lease, Subject

BESIDE = "~"
LONG = "long-"


def lane_beside(home: str, job_id: int, *, is_long: bool) -> Lane:
    """The lane of one job that runs beside its home lane; its name says whether the job takes long."""
    return Lane(f"{home}{BESIDE}{LONG if is_long else ''}{job_id}")


def home_of(lane: Lane) -> Lane:
    """The lane to which the results of work return."""
    return Lane(lane.partition(BESIDE)[0])


def is_long(lane: Lane) -> bool:
    """Whether the work of the lane takes minutes."""
    return f"{BESIDE}{LONG}" in lane


def lane_of(connection: Connection, subject: Subject) -> Lane:
    """The lane of a subject: its task's (issue and pull request share one), its own, or its repository's."""
    if subject.repo_id is None:
        return Lane(f"{subject.host}/installation/{subject.installation_id or 0}")
    repo = f"{subject.host}/{subject.repo_id}"
    if known := _task_lane(connection, subject):
        return Lane(known)
    return Lane(f"{repo}/{subject.number}" if subject.number else repo)


def _task_lane(connection: Connection, subject: Subject) -> str | None:
    ways: list[ColumnElement[bool]] = []
    if subject.is_pull and subject.number:
        ways.append(tasks.c.pull == subject.number)
    if subject.head_branch:
        ways.append(tasks.c.branch == subject.head_branch)
    if subject.head_sha and not subject.number:
        ways.append(tasks.c.head_sha == subject.head_sha)
    for way in ways:
        of_repo = and_(tasks.c.host == subject.host, tasks.c.repo_id == subject.repo_id, way)
        lane = connection.execute(select(tasks.c.lane).where(of_repo).limit(1)).scalar()
        if lane is not None:
            return lane
    return None


def hold(connection: Connection, lease: Lease, *, until: int | None = None) -> None:
    """Make sure, for the rest of this transaction, that the lane is ours; hold it longer when `until` says so.

    Raises:
        StaleFence: somebody else holds the lane by now.
    """
    values = {"owner": lease.owner} if until is None else {"leased_until": until}
    held = connection.execute(
        update(lanes)
        .where(lanes.c.lane == lease.lane, lanes.c.fence == lease.fence, lanes.c.owner == lease.owner)
        .values(**values)
    )
    if held.rowcount != 1:
        raise StaleFence(f"the lane {lease.lane} is not held with fence {lease.fence} any more")
