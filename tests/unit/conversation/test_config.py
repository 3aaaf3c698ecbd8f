"""What people read about their configuration, in full."""

from app.conversation.config import config_answer, config_not_needed, config_output
from app.domain.config_check import ConfigJudgement, ConfigProblem, KeyChange
from app.ports.code_host import Annotation, CheckOutput

PATH = ".github/acs.yml"
TYPO = ConfigProblem(PATH, 4, 5, 'unknown key "maxFile" in generation.constraints (did you mean "maxFiles"?)')
ELSEWHERE = ConfigProblem("acs.yml", 1, 10, "version: found 2, expected 1", repository="octo/.github")
DEFAULTS = "octo/.github at 0123456789ab"


def test_a_change_is_shown_key_by_key() -> None:
    changes = (
        KeyChange("generation.constraints.maxFiles", "20", "40", "not set"),
        KeyChange("generation.constraints.forbiddenPaths", None, '["a|b", "@octo/team"]', "[]"),
    )

    assert config_output(ConfigJudgement("main", changes=changes, defaults=DEFAULTS)) == (
        "success",
        CheckOutput(
            title="Valid; 2 values change",
            summary="""\
This configuration is valid. Merged into `main`, it changes:

| key | now | then | default |
|---|---|---|---|
| `generation.constraints.maxFiles` | `20` | `40` | `not set` |
| `generation.constraints.forbiddenPaths` | invalid | `["a¦b", "@octo/team"]` | `[]` |

Until then, the configuration on `main` decides.

Defaults of the organisation: octo/.github at 0123456789ab.""",
        ),
    )


def test_one_value_is_one() -> None:
    changes = (KeyChange("pull_request.base", "not set", "next", "not set"),)

    _, output = config_output(ConfigJudgement("main", changes=changes, defaults=DEFAULTS))
    assert output.title == "Valid; 1 value changes"


def test_a_change_without_effect_says_so() -> None:
    assert config_output(ConfigJudgement("main", defaults=DEFAULTS)) == (
        "success",
        CheckOutput(
            title="Valid; nothing changes in effect",
            summary="""\
This configuration is valid, and nothing is different from what holds on `main`.

Defaults of the organisation: octo/.github at 0123456789ab.""",
        ),
    )


def test_every_problem_is_listed_and_those_of_this_repository_stand_on_their_lines() -> None:
    assert config_output(ConfigJudgement("main", problems=(TYPO, ELSEWHERE), defaults=DEFAULTS)) == (
        "failure",
        CheckOutput(
            title="2 things to mend",
            summary="""\
This configuration is invalid. Once it is merged, ACS writes no code in this repository.

- `.github/acs.yml:4`: unknown key "maxFile" in generation.constraints (did you mean "maxFiles"?)
- `octo/.github: acs.yml:1`: version: found 2, expected 1

`acs check-config` says the same on your machine.

Defaults of the organisation: octo/.github at 0123456789ab.""",
            annotations=(Annotation(PATH, 4, 4, "failure", title=f"{PATH}:4:5", message=TYPO.message),),
        ),
    )


def test_an_organisation_alone_at_fault_is_named() -> None:
    conclusion, output = config_output(ConfigJudgement("main", problems=(ELSEWHERE,), defaults=DEFAULTS))

    assert (conclusion, output.title, output.annotations) == (
        "failure",
        "The organisation's configuration is invalid",
        (),
    )


def test_a_hundred_problems_are_annotated_and_half_of_them_listed() -> None:
    _, output = config_output(ConfigJudgement("main", problems=(TYPO,) * 100))

    assert len(output.annotations) == 100
    assert "- and 50 more" in output.summary


def test_a_configuration_that_could_not_be_read_says_why() -> None:
    assert config_output(ConfigJudgement("", reason="octo/shop has no commit 0123")) == (
        "failure",
        CheckOutput(
            "The configuration could not be read",
            "ACS could not read the configuration of this commit: octo/shop has no commit 0123.",
        ),
    )


def test_what_nobody_waits_for_is_cancelled() -> None:
    assert config_not_needed() == (
        "cancelled",
        CheckOutput("Not needed any more", "The pull request has newer commits, or is closed."),
    )


def test_a_requester_hears_what_is_wrong_where_and_what_to_do() -> None:
    evil = ConfigProblem(PATH, 9, 1, 'unknown key "@octo/team #7 /acs run"; there are version')

    assert config_answer((TYPO, evil), branch="main") == (
        """\
ACS writes no code here while its configuration on `main` is invalid:

- `.github/acs.yml:4`: unknown key "maxFile" in generation.constraints (did you mean "maxFiles"?)
- `.github/acs.yml:9`: unknown key "@\u200bocto/team \\#\u200b7 /acs run"; there are version

Mend it there, then remove the label and add it again. `acs check-config` says the same on your machine."""
    )
