"""What ACS answers to commands. No line of it reads as a command, and what people wrote stands in code or is inert."""

from collections.abc import Sequence

from app.conversation.commands.table import TABLE, VERBS, Row
from app.conversation.quoting import code, inert
from app.domain.answers import Answered, Answers
from app.domain.command import CommandProblem, ProblemReason, Refusal
from app.domain.paused import Paused
from app.domain.recipe import RecipeSummary
from app.ports.redelivery import (
    Again,
    AskedGitHub,
    BodyForgotten,
    DecidedAgain,
    NothingFailed,
    PutBack,
    Underway,
    Unknown,
)

MAX_RECIPES = 50
LONGEST_ANSWER = 10_000

_SAID: dict[ProblemReason, str] = {
    "unknown_verb": "There is no such command",
    "unknown_option": "The command has no such option",
    "duplicate_option": "An option is there twice",
    "missing_argument": "Something is missing",
    "missing_value": "An option lacks its value",
    "unexpected_argument": "There is more than the command takes",
    "unexpected_value": "An option takes no value",
    "bad_value": "This is not what belongs there",
    "unclosed_quote": "A quotation mark has no other half",
    "too_long": "The line is too long",
    "hidden_characters": "The line holds characters that nobody sees, so that it may not say what it shows",
    "more_than_one": "There is more than one command",
}


def answers_comment(answers: Answers) -> str:
    """The whole comment: the newest answer first, the others folded away; its hidden marker comes before them."""
    newest, *earlier = answers.answered
    parts = [answers.marker, _answered(newest)]
    if earlier:
        folded = "\n\n".join(_answered(one) for one in earlier)
        parts += [f"<details><summary>Earlier answers</summary>\n\n{folded}\n\n</details>"]
    return "\n\n".join(parts) + "\n"


def _answered(answered: Answered) -> str:
    return f"{inert(answered.by)} asked {code(answered.line, 120)}\n\n{answered.text[:LONGEST_ANSWER]}"


def help_words(about: str = "") -> str:
    """Every command, or one of them."""
    if row := VERBS.get(about):
        return _explained(row)
    lines = [f"- {code(row.usage)}: {row.does} ({_who(row)})" for row in TABLE]
    notes = (
        "A command is the first line of a new comment, and one comment holds one command. Edited comments, quotes and "
        "code ask for nothing."
    )
    return "\n".join([*lines, "", notes])


def _explained(row: Row) -> str:
    lines = [f"{code(row.usage)}: {row.does}.", "", f"- for {_who(row)}, on {_places(row)}"]
    options = [(f"--{option.name}", option) for option in row.options]
    arguments = [(row.argument.kind.name, row.argument)] if row.argument and row.argument.kind else []
    for name, parameter in [*arguments, *options]:
        takes = f"; takes {parameter.kind.expected}" if parameter.kind else ""
        lines.append(f"- {code(name)}: {parameter.does}{takes}")
    return "\n".join(lines)


def _who(row: Row) -> str:
    return "everybody" if row.needs == "read" else f"people with {row.needs} permission"


def _places(row: Row) -> str:
    return " and ".join(f"{'an' if place == 'issue' else 'a'} {place}" for place in row.places)


def problem_words(problem: CommandProblem) -> str:
    """Why a command was not understood, with what was expected and what was probably meant."""
    meant = f" Did you mean {code(problem.did_you_mean)}?" if problem.did_you_mean else ""
    said = f"{_SAID[problem.reason]}.{meant} Nothing was done. ({code(problem.reason)})"
    facts = f"- expected: {inert(problem.expected)}\n- found: {code(problem.given)}"
    return f"{said}\n\n{facts}\n\nWrite a new comment; an edited one asks for nothing. `/acs help` lists what there is."


def refusal_words(refusal: Refusal) -> str:
    """Why a command that was understood is not done, and what to do."""
    facts = f"- expected: {inert(refusal.expected)}\n- found: {inert(refusal.actual)}"
    return f"This is not done. ({code(refusal.reason)})\n\n{facts}\n\n{refusal.fix}"


def failed_words(reason: str) -> str:
    """Why a command could not be carried out."""
    return refusal_words(Refusal("failed", "to do this", reason, "Mend what is named there, and ask again."))


def recipes_words(recipes: Sequence[RecipeSummary]) -> str:
    """The templates and patterns of a repository."""
    shown = [f"- {code(one.name)} {code(one.version)}: {inert(one.description)}" for one in recipes[:MAX_RECIPES]]
    more = [f"- and {len(recipes) - MAX_RECIPES} more"] if len(recipes) > MAX_RECIPES else []
    how = (
        f"An issue names one in a fenced block, as {code('template: NAME')}, or comes from the issue form that "
        f"{code('acs issue-form NAME')} prints."
    )
    return "\n".join(["This repository can ask for these without a model:", "", *shown, *more, "", how])


def ping_words(seconds: float) -> str:
    return f"ACS listens. This answer left {seconds:.1f} s after the comment had arrived."


def version_words(version: str) -> str:
    return f"ACS {code(version)}"


def paused_words(paused: Paused) -> str:
    """That nothing new begins, and who can change that."""
    why = f": {code(paused.reason, 200)}" if paused.reason else ""
    return (
        f"ACS is paused in this repository by {inert(paused.by)} since {paused.at:%Y-%m-%d %H:%M} UTC{why}. Nothing "
        "new begins, neither runs nor checks; what was asked for begins when a maintainer writes `/acs resume`."
    )


def held_comment(paused: Paused, marker: str) -> str:
    """The one comment to somebody whose request waits because of a pause."""
    return f"{marker}\n{paused_words(paused)}\n"


def resumed_words() -> str:
    return "New work begins again. What was asked for meanwhile begins within a minute."


def redelivered_words(outcome: Again | AskedGitHub | Unknown, guid: str) -> str:
    """What came of doing a delivery again."""
    match outcome:
        case DecidedAgain():
            return f"Delivery {code(guid)} is done again from its beginning."
        case PutBack(kinds=kinds):
            return f"Of delivery {code(guid)} this is done again: {', '.join(map(code, kinds))}."
        case Underway():
            return f"Delivery {code(guid)} is being worked on already."
        case NothingFailed():
            return f"Delivery {code(guid)} is done, and nothing of it failed."
        case BodyForgotten():
            return f"Delivery {code(guid)} is done, and too old to be decided again: do again what caused it."
        case AskedGitHub():
            return f"Delivery {code(guid)} never arrived, and is asked for again."
        case Unknown():
            return f"Delivery {code(guid)} is not kept any more: do again what caused it."
