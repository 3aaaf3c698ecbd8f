from collections.abc import Callable
from inspect import signature
from typing import get_args, get_type_hints

import pytest

from app.jobs import KINDS, Job
from app.worker.offered import Offered
from app.worker.perform import USE_CASES, ports_of


def test_each_kind_of_job_has_a_use_case() -> None:
    assert set(USE_CASES) == set(KINDS.values())


@pytest.mark.parametrize(
    ("kind", "use_case"), [pytest.param(kind, done, id=kind.__name__) for kind, done in USE_CASES.items()]
)
def test_a_use_case_takes_its_job_and_ports_of_the_types_that_are_offered(
    kind: type[Job], use_case: Callable[..., None]
) -> None:
    expected = get_type_hints(use_case)
    job = expected[next(iter(signature(use_case).parameters))]

    assert kind in (get_args(job) or (job,))
    assert {name: expected[name] for name in ports_of(use_case)} == {
        name: _type_offered(name) for name in ports_of(use_case)
    }


def _type_offered(name: str) -> object:
    offered = getattr(Offered, name)
    assert isinstance(offered, property)
    return get_type_hints(offered.fget)["return"]
