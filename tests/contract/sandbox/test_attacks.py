"""Each attack succeeds where there is no sandbox, and fails in one: the first half proves that the second looks."""

import os

import pytest

from app.adapters.sandbox.sandbox import BubblewrapSandbox
from app.ports.sandbox import Sandbox, Step
from tests.contract.sandbox.attacks import ATTACKS, Attack
from tests.contract.sandbox.host import Host
from tests.contract.sandbox.plain import PlainSubprocess

each_attack = pytest.mark.parametrize("attack", [pytest.param(attack, id=attack.name) for attack in ATTACKS])


@each_attack
def test_without_a_sandbox_repository_code(attack: Attack, host: Host) -> None:
    assert succeeds(attack, PlainSubprocess(host.home), host)


@each_attack
def test_in_the_sandbox_no_repository_code(attack: Attack, host: Host, sandbox: BubblewrapSandbox) -> None:
    assert not succeeds(attack, sandbox, host)


def succeeds(attack: Attack, sandbox: Sandbox, host: Host) -> bool:
    outcome = sandbox.run(
        Step(
            argv=("python3", "attack.py", str(os.getpid())),
            files={"attack.py": attack.aimed_at(host)},
            collect=("result",),
            limits=attack.limits,
        )
    )
    return attack.succeeded(outcome, host)
