"""What ACS reads of `pull_request_review`, in the payloads that GitHub publishes."""

import pytest

from app.events import PullRequestReviewEvent
from tests.contract.webhook_examples.examples import examples

HOST = "github.com"


def test_who_reviewed_which_head_of_which_pull_request_is_read() -> None:
    published = [one for one in examples() if one.event == "pull_request_review"]
    read = [PullRequestReviewEvent.model_validate({**one.told_to_an_app, "host": HOST}) for one in published]

    assert [(one.action, one.review.state) for one in read] == [
        ("submitted", "commented"),
        ("dismissed", "dismissed"),
        ("submitted", "commented"),
        ("submitted", "commented"),
    ]
    assert read[0].pull_ref.number == 2
    assert read[0].review.id == 237895671
    assert read[0].review.user is not None
    assert (read[0].review.user.actor.login, read[0].is_fork) == ("Codertocat", False)
    assert read[0].head_sha == "ec26c3e57ca3a959ca5aad62de7213c562f8c821"


@pytest.mark.parametrize("gone", ["review", "pull_request"])
def test_a_review_without_its_parts_is_not_read(gone: str) -> None:
    one = next(one for one in examples() if one.event == "pull_request_review")
    with pytest.raises(ValueError, match=gone):
        PullRequestReviewEvent.model_validate({**one.told_to_an_app, gone: None, "host": HOST})
