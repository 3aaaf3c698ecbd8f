"""A run's request becomes a change, or an answer to the requester; nothing is written to the repository yet."""

import pytest

from app.domain.repo import BaseSha
from app.errors import RepoError
from app.jobs import AskRequester, GenerateChange, ProposeChange, SayFailed
from tests.e2e.requests import module_request
from tests.unit.generation.world import World

CONFIG = ".github/acs.yml"


def labelled(body: str, *, config: str | None = None) -> World:
    world = World()
    if config is not None:
        world.commit({CONFIG: config.encode()})
    world.label(body=body)
    world.attempt()
    return world


def test_a_complete_request_becomes_a_change_of_the_default_branch() -> None:
    world = labelled(module_request("postage"))
    main = world.host.branches["main"]

    world.attempt()

    (generated,) = world.memory.changes.values()
    assert (generated.base.branch, generated.base.sha) == ("main", main)
    assert [file.path for file in generated.change] == ["src/postage.ts", "docs/postage.md", "src/postage.test.ts"]
    assert world.waiting == [ProposeChange(world.issue, 1)]
    assert world.audit[-1] == ("acs", "task.generate", "recipe:typescript-module@1.0.0")
    assert world.memory.audit[-1].facts == {"run": "1", "base_sha": BaseSha(main)}


def test_a_request_that_lacks_something_is_answered_instead() -> None:
    world = labelled("```yaml\ntemplate: typescript-modul\n```")

    world.attempt()

    (asked,) = world.waiting
    assert isinstance(asked, AskRequester)
    assert "There is no template or pattern `typescript-modul`. Did you mean `typescript-module`?" in asked.message
    assert world.memory.changes == {}
    assert world.audit[-1] == ("acs", "task.generate", "asked")


def test_a_change_that_cannot_be_made_is_answered_instead() -> None:
    world = labelled(module_request("index").replace("parameters:", "constraints: {maxFiles: 1}\nparameters:"))

    world.attempt()

    (asked,) = world.waiting
    assert isinstance(asked, AskRequester)
    assert "`maxFiles` is 1, the change has 3 files" in asked.message


def answer(world: World) -> str:
    """What the requester is asked, where no change was made."""
    world.attempt()
    (asked,) = world.waiting
    assert isinstance(asked, AskRequester)
    assert world.memory.changes == {}
    return asked.message


def test_no_code_is_written_while_the_configuration_of_the_base_is_invalid() -> None:
    world = labelled(module_request("postage"), config="version: 1\ngeneration:\n  constraint: {}\n")

    said = answer(world)

    assert "ACS writes no code here while its configuration on `main` is invalid" in said
    assert "`.github/acs.yml:3`: unknown key" in said


def test_the_limits_of_the_repository_hold_for_a_request_that_sets_none() -> None:
    world = labelled(module_request("postage"), config="version: 1\ngeneration: {constraints: {maxFiles: 2}}\n")

    assert "`maxFiles` is 2, the change has 3 files" in answer(world)


def test_a_request_cannot_loosen_the_limits_of_the_repository() -> None:
    body = module_request("postage").replace("parameters:", "constraints: {maxFiles: 9}\nparameters:")
    world = labelled(body, config="version: 1\ngeneration: {constraints: {maxFiles: 2}}\n")

    assert "`maxFiles` is 2, the change has 3 files" in answer(world)


def test_a_path_that_the_repository_forbids_is_not_written() -> None:
    world = labelled(
        module_request("postage"), config="version: 1\ngeneration: {constraints: {forbiddenPaths: [docs]}}\n"
    )

    assert "the path `docs/postage.md` matches docs" in answer(world)


def test_a_change_starts_from_the_branch_that_the_configuration_names() -> None:
    world = labelled(module_request("postage"), config="version: 1\npull_request: {base: next}\n")
    world.host.branches["next"] = world.host.branches["main"]
    world.commit({"README.md": b"# Shop\n"}, branch="next")

    world.attempt()

    (generated,) = world.memory.changes.values()
    assert (generated.base.branch, generated.base.sha) == ("next", world.host.branches["next"])


def test_the_configuration_on_the_branch_that_is_named_holds_and_names_no_other_one() -> None:
    world = labelled(module_request("postage"), config="version: 1\npull_request: {base: next}\n")
    world.host.branches["next"] = world.host.branches["main"]
    limits = b"version: 1\npull_request: {base: main}\ngeneration: {constraints: {maxFiles: 2}}\n"
    world.commit({CONFIG: limits}, branch="next")

    assert "`maxFiles` is 2, the change has 3 files" in answer(world)


def test_a_branch_that_is_named_and_is_not_there_is_said() -> None:
    world = labelled(module_request("postage"), config="version: 1\npull_request: {base: next}\n")

    with pytest.raises(RepoError, match="octo/shop has no branch next"):
        world.attempt()


def test_nothing_is_made_for_a_request_that_was_taken_back() -> None:
    world = labelled(module_request("postage"))
    world.unlabel()

    world.attempt()

    assert world.memory.changes == {}
    assert world.audit[-1] == ("maria", "task.start", "started")


def test_nothing_is_made_for_a_run_that_ended() -> None:
    world = labelled(module_request("postage"))
    again = world.lose_job()
    world.arrive(SayFailed(world.issue, 1, "it broke"))
    world.arrive(again)

    world.work()

    assert world.memory.changes == {}


def test_nothing_is_made_for_another_run() -> None:
    world = labelled(module_request("postage"))
    first = world.lose_job()
    world.unlabel()
    world.work()
    world.label(body=module_request("parcels"))
    world.attempt()
    world.lose_job()

    world.arrive(first)
    world.arrive(GenerateChange(world.issue, 3))
    world.work()

    assert world.memory.changes == {}


def test_a_repository_that_cannot_be_read_keeps_the_run_as_it_is() -> None:
    world = labelled(module_request("postage"))
    world.checkouts.refusal = RepoError("octo/shop has no commit yet: push one")

    with pytest.raises(RepoError, match="push one"):
        world.attempt()

    assert (world.memory.changes, world.waiting) == ({}, [GenerateChange(world.issue, 1)])
