"""A comment becomes a command, or one of a closed list of problems, or is none of our business."""

import shlex
from collections.abc import Sequence

from app.conversation.commands.arguments import read_arguments
from app.conversation.commands.first_line import LONGEST, FirstLine, first_line
from app.conversation.commands.table import VERBS
from app.domain.command import Command, CommandProblem, Help, NotForUs
from app.domain.did_you_mean import did_you_mean


def parse(body: str) -> NotForUs | Command | CommandProblem:
    """What a comment asks for. Nothing of it reaches a shell, and only its first line is read as a command."""
    line = first_line(body)
    if line is None:
        return NotForUs()
    words = _problem_of(line) or _words(line.text)
    if isinstance(words, CommandProblem):
        return words
    return _command(words[1:])


def _problem_of(line: FirstLine) -> CommandProblem | None:
    if line.hidden:
        names = ", ".join(dict.fromkeys(f"U+{ord(character):04X}" for character in line.hidden))
        return CommandProblem("hidden_characters", names, "only characters that can be seen")
    if len(line.written) > LONGEST or len(line.text) > LONGEST:
        return CommandProblem("too_long", f"{len(line.written)} characters", f"at most {LONGEST} characters")
    if line.others:
        return CommandProblem("more_than_one", f"{1 + len(line.others)} commands", "one command in a comment")
    return None


def _words(text: str) -> Sequence[str] | CommandProblem:
    """The words, double quotes around those that hold spaces."""
    lexer = shlex.shlex(text, posix=True)
    lexer.whitespace_split, lexer.commenters, lexer.escape, lexer.quotes = True, "", "", '"'
    try:
        return list(lexer)
    except ValueError:
        return CommandProblem("unclosed_quote", "one quotation mark without another", 'two " around a text')


def _command(words: Sequence[str]) -> Command | CommandProblem:
    if not words:
        return Help()
    verb = words[0].lower()
    row = VERBS.get(verb)
    if row is None:
        return CommandProblem("unknown_verb", words[0], "a command", did_you_mean(verb, VERBS))
    given = read_arguments(words[1:], row.argument, row.options)
    return given if isinstance(given, CommandProblem) else row.make(given)
