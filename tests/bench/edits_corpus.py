"""Imperfect edits as language models write them, each with its one right result, or with none.

Every case starts from a true edit: lines of a file that stand there once, and what they become. Then the answer or
the file is spoilt in the way the category says. What is right was decided here, before any applier was tuned to it:

- lines that the edit does not change stay as they are in the file, byte for byte;
- lines that it adds end as the lines of the file do, and the file ends (or not) with a newline as before;
- where a careful reader could not tell which lines are meant, where the named file does not have them, and where
  code would be lost, nothing may be written at all (`expected` is `None`).

The corpus also holds what the rules of ACS refuse although a reader could tell (tabs for spaces, for one).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random

from tests.bench.edits_sources import any_file, made_file, sample_files

SEED = 20261123
CASES_EACH = 52


@dataclass(frozen=True, slots=True)
class Case:
    """Files, a model's answer in SEARCH/REPLACE blocks, and all files as they have to be then; `None`: untouched."""

    category: str
    number: int
    files: Mapping[str, bytes]
    answer: str
    expected: Mapping[str, bytes] | None


@dataclass(frozen=True, slots=True)
class Spoilt:
    """What a category makes of a true edit."""

    files: Mapping[str, str]
    answer: str
    expected: Mapping[str, str] | None


@dataclass(frozen=True, slots=True)
class TrueEdit:
    """A true edit: `before` are the lines from `start` on, of which `kept` at either end do not change."""

    path: str
    lines: tuple[str, ...]
    start: int
    before: tuple[str, ...]
    after: tuple[str, ...]
    kept: tuple[int, int]

    @property
    def end(self) -> int:
        return self.start + len(self.before)

    @property
    def text(self) -> str:
        return _text(self.lines)

    @property
    def result(self) -> str:
        return _text((*self.lines[: self.start], *self.after, *self.lines[self.end :]))

    def block(self, before: Sequence[str] | None = None, after: Sequence[str] | None = None) -> str:
        return block(self.path, self.before if before is None else before, self.after if after is None else after)

    def spoilt(self, answer: str, *, text: str | None = None, expected: str | None) -> Spoilt:
        tree = None if expected is None else {self.path: expected}
        return Spoilt({self.path: self.text if text is None else text}, answer, tree)


def corpus() -> Iterator[Case]:
    """All cases, the same ones every time."""
    samples = sample_files()
    for category, spoil in CATEGORIES.items():
        random = Random(f"{SEED}/{category}")
        for number in range(CASES_EACH):
            spoilt = spoil(random, samples)
            answer = _with_prose(random, spoilt.answer)
            expected = None if spoilt.expected is None else _encoded(spoilt.expected)
            yield Case(category, number, _encoded(spoilt.files), answer, expected)


def block(path: str, before: Sequence[str], after: Sequence[str], *, fence: str = "```", newline: str = "\n") -> str:
    lines = [path, fence, "<<<<<<< SEARCH", *before, "=======", *after, ">>>>>>> REPLACE", fence]
    return "".join(line + newline for line in lines)


def true_edit(
    random: Random, samples: Mapping[str, str], *, indented: bool = False, context: int = 1, file: str | None = None
) -> TrueEdit:
    """An edit of lines that stand in their file once, however white space is read; `context` lines stay at each end."""
    while True:
        path, text = any_file(random, samples) if file is None else ("src/given.ts", file)
        lines = tuple(text.splitlines())
        width = random.randint(1, 3)
        length = width + 2 * context
        start = random.randrange(len(lines) - length + 1)
        before = lines[start : start + length]
        if not _stands_once(before, lines) or not all(before) or (indented and _depth(before) < 2):
            continue
        first, last = context, len(before) - context
        made = _made(random, path, before[first])
        middle = () if context and random.random() < 0.15 else made
        if context and random.random() < 0.25:
            middle = (*before[first:last], *made)
        return TrueEdit(path, lines, start, before, (*before[:first], *middle, *before[last:]), (context, context))


def _made(random: Random, path: str, like: str) -> tuple[str, ...]:
    """New lines, indented as one that stands there, unlike all that could stand anywhere."""
    lead = like[: len(like) - len(like.lstrip())]
    name = f"added{random.randrange(10**6)}"
    end = "" if path.endswith(".py") else ";"
    made = [
        f"{lead}{name} = compute({random.randrange(1000)}){end}",
        f"{lead}record({name}, {random.random():.4f}){end}",
    ]
    return tuple(made[: random.randint(1, 2)])


def _stands_once(part: Sequence[str], lines: Sequence[str]) -> bool:
    wanted = [line.strip() for line in part]
    found = [line.strip() for line in lines]
    return sum(found[at : at + len(wanted)] == wanted for at in range(len(found))) == 1


def _depth(lines: Sequence[str]) -> int:
    return min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)


def _text(lines: Sequence[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def _encoded(files: Mapping[str, str]) -> Mapping[str, bytes]:
    return {path: text.encode() for path, text in files.items()}


def _with_prose(random: Random, answer: str) -> str:
    before = random.choice(("", "Here is the change.\n\n", "I looked at the file; it's a small edit:\n\n", "Sure!\n\n"))
    after = random.choice(("", "\nThat is all.\n", "\nLet me know if the tests should be extended.\n"))
    return before + answer + after


def exact(random: Random, samples: Mapping[str, str]) -> Spoilt:
    edit = true_edit(random, samples)
    return edit.spoilt(edit.block(), expected=edit.result)


def exact_among_lookalikes(random: Random, samples: Mapping[str, str]) -> Spoilt:
    """The same words stand elsewhere with another indentation: only one place is meant to the letter."""
    edit = true_edit(random, samples, indented=True)
    copy = [line.removeprefix("  ") for line in edit.before]
    lines = (*edit.lines, *copy) if random.random() < 0.5 else (*copy, *edit.lines)
    shift = 0 if lines[: len(edit.lines)] == edit.lines else len(copy)
    edit = replace(edit, lines=lines, start=edit.start + shift)
    return edit.spoilt(edit.block(), expected=edit.result)


def trailing_white_space(random: Random, samples: Mapping[str, str]) -> Spoilt:
    """White space at ends of lines is in the file and not in the answer, or the other way round."""
    edit = true_edit(random, samples, context=2)
    spaces = random.choice((" ", "  ", "\t", "    "))
    if random.random() < 0.5:
        lines = list(edit.lines)
        touched = random.sample(range(edit.start, edit.end), 2)
        for at in touched:
            lines[at] += spaces
        true = replace(edit, lines=tuple(lines))
        head, tail = lines[edit.start : edit.start + 2], lines[edit.end - 2 : edit.end]
        middle = [
            lines[edit.start + 2 + edit.before[2:-2].index(line)] if line in edit.before[2:-2] else line
            for line in edit.after[2:-2]
        ]
        expected = _text((*lines[: edit.start], *head, *middle, *tail, *lines[edit.end :]))
        return edit.spoilt(edit.block(), text=true.text, expected=expected)
    at = random.choice((0, 1, len(edit.before) - 1))
    before = [line + spaces if place == at else line for place, line in enumerate(edit.before)]
    after = [line + spaces if line == edit.before[at] and random.random() < 0.5 else line for line in edit.after]
    return edit.spoilt(edit.block(before, after), expected=edit.result)


def reindented(random: Random, samples: Mapping[str, str]) -> Spoilt:
    """All lines of the answer stand further left, or right, by the same amount."""
    if random.random() < 0.6:
        edit = true_edit(random, samples, indented=True)
        depth = min(_depth(edit.before), _depth(edit.after))
        by = depth if random.random() < 0.6 else random.randint(1, depth)
        return edit.spoilt(
            edit.block([line[by:] for line in edit.before], [line[by:] for line in edit.after]), expected=edit.result
        )
    edit = true_edit(random, samples)
    lead = random.choice(("  ", "    ", " ")) if not edit.before[0].startswith("\t") else "\t"
    return edit.spoilt(
        edit.block([lead + line for line in edit.before], [lead + line for line in edit.after]), expected=edit.result
    )


def other_widths(random: Random, samples: Mapping[str, str]) -> Spoilt:
    """Tabs for spaces, or four for two: a reader could tell, by a rule for each pair of styles."""
    while True:
        edit = true_edit(random, samples, context=2)
        depths = {len(line) - len(line.lstrip()) for line in edit.before}
        if len(depths) > 1 and all(depth % 2 == 0 for depth in depths):
            break
    unit = random.choice(("\t", "   ", "        "))

    def wide(line: str) -> str:
        bare = line.lstrip()
        return unit * ((len(line) - len(bare)) // 2) + bare

    return edit.spoilt(edit.block([*map(wide, edit.before)], [*map(wide, edit.after)]), expected=edit.result)


_TYPOGRAPHIC = (
    ("don’t", "don't"),
    ("the “best” one", 'the "best" one'),
    ("from — to", "from - to"),
    ("pages 3–7", "pages 3-7"),
    ("10\u00a0kg", "10 kg"),
    ("minus −4", "minus -4"),
    ("non‑breaking", "non-breaking"),
    ("and so on…", "and so on..."),
)


def unicode_punctuation(random: Random, samples: Mapping[str, str]) -> Spoilt:
    """A comment among the lines has typographic characters in the file and plain ones in the answer, or inversely."""
    edit = true_edit(random, samples)
    fine, plain = map(" ".join, zip(*random.sample(_TYPOGRAPHIC, 2), strict=True))
    if random.random() < 0.3:
        fine, plain = plain, fine
    lead = edit.before[0][: len(edit.before[0]) - len(edit.before[0].lstrip())]
    start = f"{lead}{'#' if edit.path.endswith('.py') else '//'} "
    lines = (*edit.lines[: edit.start], start + fine, *edit.lines[edit.start :])
    expected = _text((*lines[: edit.start + 1], *edit.after, *edit.lines[edit.end :]))
    answer = edit.block((start + plain, *edit.before), (start + plain, *edit.after))
    return edit.spoilt(answer, text=_text(lines), expected=expected)


def crlf(random: Random, samples: Mapping[str, str]) -> Spoilt:
    """Lines of the file end with CR LF, those of the answer with LF; sometimes the other way round."""
    edit = true_edit(random, samples)
    if random.random() < 0.2:
        answer = block(edit.path, edit.before, edit.after, newline="\r\n")
        return edit.spoilt(answer, expected=edit.result)
    return edit.spoilt(edit.block(), text=_crlf(edit.text), expected=_crlf(edit.result))


def _crlf(text: str) -> str:
    return text.replace("\n", "\r\n")


def byte_order_mark(random: Random, samples: Mapping[str, str]) -> Spoilt:
    edit = true_edit(random, samples)
    if random.random() < 0.5:  # at the very start
        start = 0
        before = edit.lines[:2]
        after = (before[0], *_made(random, edit.path, ""), before[1])
        edit = replace(edit, start=start, before=before, after=after)
    if not _stands_once(edit.before, edit.lines):
        return byte_order_mark(random, samples)
    return edit.spoilt(edit.block(), text="\ufeff" + edit.text, expected="\ufeff" + edit.result)


def no_final_newline(random: Random, samples: Mapping[str, str]) -> Spoilt:
    """The edit is of the last lines of a file that ends without a newline."""
    path, text = any_file(random, samples)
    lines = tuple(text.rstrip("\n").splitlines())
    before = lines[-3:]
    made = _made(random, path, before[0])
    after = random.choice(((*before[:2], *made), (before[0], *made, *before[1:]), (*before, *made)))
    edit = TrueEdit(path, lines, len(lines) - 3, before, after, (1, 0))
    if not _stands_once(before, lines) or not all(before):
        return no_final_newline(random, samples)
    return edit.spoilt(edit.block(), text=edit.text[:-1], expected=edit.result[:-1])


def ambiguous(random: Random, samples: Mapping[str, str]) -> Spoilt:
    """The lines stand there twice, and nothing says which are meant."""
    edit = true_edit(random, samples)
    kind = random.choice(("the same", "other indentation", "trailing", "punctuation"))
    copies = [edit.before, edit.before]
    search = edit.before
    if kind == "other indentation":
        copies = [tuple("  " + line for line in edit.before), tuple("    " + line for line in edit.before)]
        search = tuple(" " + line for line in edit.before)
    elif kind == "trailing":
        copies = [tuple(line + " " for line in edit.before), tuple(line + "\t" for line in edit.before)]
    elif kind == "punctuation":
        copies = [(*edit.before, "// a — b"), (*edit.before, "// a – b")]
        search = (*edit.before, "// a - b")
    rest = (*edit.lines[: edit.start], *edit.lines[edit.end :])
    at = random.randrange(len(rest))
    lines = (*rest[:at], *copies[0], "", *rest[at:], *copies[1])
    after = tuple(search[:1]) + _made(random, edit.path, search[0]) + tuple(search[1:])
    return edit.spoilt(edit.block(search, after), text=_text(lines), expected=None)


def moved(random: Random, samples: Mapping[str, str]) -> Spoilt:
    """Since the model read the file the block stands elsewhere; some answers name lines around it that stayed."""
    edit = true_edit(random, samples)
    rest = (*edit.lines[: edit.start], *edit.lines[edit.end :])
    at = random.choice([place for place in range(len(rest) + 1) if abs(place - edit.start) > 2])
    lines = (*rest[:at], *edit.before, *rest[at:])
    if random.random() < 0.5:
        now = replace(edit, lines=lines, start=at)
        return now.spoilt(edit.block(), expected=now.result if _stands_once(edit.before, lines) else None)
    around = edit.lines[max(0, edit.start - 2) : edit.start]
    if not any(around):
        return moved(random, samples)
    if _stands_once((*around, *edit.before), lines):
        return moved(random, samples)
    return edit.spoilt(edit.block((*around, *edit.before), (*around, *edit.after)), text=_text(lines), expected=None)


def stale(random: Random, samples: Mapping[str, str]) -> Spoilt:
    """The lines of the answer are not those of the file: somebody changed them, or the model made them up."""
    edit = true_edit(random, samples, context=2)
    at = random.randrange(len(edit.before))
    line = edit.before[at]
    lead, words = line[: len(line) - len(line.lstrip())], line.strip()
    kinds = (
        (f"{lead}{words} // checked",),
        (f"{lead}{words.swapcase()}",) if words.swapcase() != words else (f"{lead}{words}x",),
        (f"{lead}{words[:-1]}",) if len(words) > 1 else (f"{lead}{words}{words}",),
        (line, f"{lead}validate()"),
        (),
        (f"{lead}{words.replace(' ', '', 1)}",) if " " in words else (f"{lead}{words} {words}",),
    )
    drifted = (*edit.before[:at], *random.choice(kinds), *edit.before[at + 1 :])
    if any(_holds(edit.lines, drifted)) or len(drifted) < 2:
        return stale(random, samples)
    made = _made(random, edit.path, drifted[0])
    return edit.spoilt(edit.block(drifted, (drifted[0], *made, *drifted[1:])), expected=None)


def _holds(lines: Sequence[str], part: Sequence[str]) -> Iterator[bool]:
    wanted, found = [line.strip() for line in part], [line.strip() for line in lines]
    yield from (found[at : at + len(wanted)] == wanted for at in range(len(found)))


def elided(random: Random, samples: Mapping[str, str]) -> Spoilt:
    """A line of three dots stands for lines that are not written out; it has to stand on both sides."""
    edit = true_edit(random, samples)
    further = [
        at for at in range(edit.end + 2, len(edit.lines) - 1) if _stands_once(edit.lines[at : at + 2], edit.lines)
    ]
    if not further:
        return elided(random, samples)
    at = further[0]
    tail = edit.lines[at : at + 2]
    if not all(tail):
        return elided(random, samples)
    after = (tail[0], *_made(random, edit.path, tail[0]), tail[1])
    result = _text((*edit.lines[: edit.start], *edit.after, *edit.lines[edit.end : at], *after, *edit.lines[at + 2 :]))
    if random.random() < 0.6:
        return edit.spoilt(edit.block((*edit.before, "...", *tail), (*edit.after, "...", *after)), expected=result)
    return edit.spoilt(edit.block((*edit.before, "...", *tail), (*edit.after, *after)), expected=None)


def lazy(random: Random, samples: Mapping[str, str]) -> Spoilt:
    """The replacement says in a comment that the rest stays, and would delete it."""
    edit = true_edit(random, samples, context=2)
    mark = "#" if edit.path.endswith(".py") else "//"
    words = random.choice(
        (
            "... existing code ...",
            "... rest of the code remains unchanged",
            "... (rest of the function)",
            "... same as before",
        )
    )
    lead = edit.before[0][: len(edit.before[0]) - len(edit.before[0].lstrip())]
    after = (edit.before[0], *_made(random, edit.path, edit.before[0]), f"{lead}{mark} {words}")
    return edit.spoilt(edit.block(after=after), expected=None)


def fences_in_code(random: Random, samples: Mapping[str, str]) -> Spoilt:
    """Lines that look like a fence are part of the file, here a page of documentation."""
    language = random.choice(("ts", "python", "sh", ""))
    number = random.randrange(1000)
    lines = (
        "# Usage",
        "",
        f"Install it, then call it with {number}:",
        "",
        f"```{language}",
        f"run({number})",
        "```",
        "",
        "More of it:",
        "",
        "```sh",
        f"tool --size {number + 1}",
        "```",
    )
    before = random.choice((lines[2:7], lines[4:7], lines[4:8], lines[5:9]))
    at = lines.index(before[0])
    made = (f"run({number}, strict=True)", "```", "", "And again:", "", "```", f"again({number})")
    after = tuple(new for line in before for new in (made if line == f"run({number})" else (line,)))
    edit = TrueEdit(f"docs/usage_{number}.md", lines, at, before, after, (1, 1))
    fence = random.choice(("```", "````", "```md"))
    opening = block(edit.path, before, after, fence=fence)
    answer = opening.removesuffix(f"{fence}\n") + fence.removesuffix("md") + "\n"
    return edit.spoilt(answer, expected=edit.result)


def divider_in_text(random: Random, samples: Mapping[str, str]) -> Spoilt:
    """A heading is underlined with as many signs as divide a block."""
    number = random.randrange(1000)
    title = random.choice(("Install", "Operate", "Example"))
    lines = ("Manual", "#" * 6, "", title, "=======", "", f"Takes {number} minutes.", "", "The end.")
    before = lines[3:7]
    after = random.choice(((*before[:3], "Takes no time."), (*before[:3], "Quick.", before[3])))
    edit = TrueEdit(f"docs/manual_{number}.rst", lines, 3, before, after, (3, 0))
    return edit.spoilt(edit.block(), expected=edit.result)


def already_applied(random: Random, samples: Mapping[str, str]) -> Spoilt:
    """The file is as the answer wants it; doing it again would do it twice."""
    edit = true_edit(random, samples)
    if random.random() < 0.3:
        made = _made(random, edit.path, edit.before[-1])
        edit = replace(edit, after=(*edit.before, *made))
    if any(_holds(edit.result.splitlines(), edit.before)) and edit.after[: len(edit.before)] != edit.before:
        return already_applied(random, samples)
    return edit.spoilt(edit.block(), text=edit.result, expected=None)


def blank_lines(random: Random, samples: Mapping[str, str]) -> Spoilt:
    """The answer has a blank line more, or less, than the file has among lines that do not change."""
    edit = true_edit(random, samples, context=2)
    kind = random.choice(("first", "last", "less", "more"))
    if kind == "first":
        return edit.spoilt(edit.block(("", *edit.before), ("", *edit.after)), expected=edit.result)
    if kind == "last":
        return edit.spoilt(edit.block((*edit.before, ""), (*edit.after, "")), expected=edit.result)
    if kind == "more":
        before, after = (edit.before[0], "", *edit.before[1:]), (edit.after[0], "", *edit.after[1:])
        return edit.spoilt(edit.block(before, after), expected=edit.result)
    lines = (*edit.lines[: edit.start + 1], "", *edit.lines[edit.start + 1 :])
    expected = _text((*lines[: edit.start + 2], *edit.after[1:], *edit.lines[edit.end :]))
    return edit.spoilt(edit.block(), text=_text(lines), expected=expected)


def overlapping(random: Random, samples: Mapping[str, str]) -> Spoilt:
    """Two blocks of one answer change the same line, differently."""
    edit = true_edit(random, samples)
    one, other = _made(random, edit.path, edit.before[1]), _made(random, edit.path, edit.before[1])
    ends = edit.before[:1], edit.before[2:]
    first = edit.block(after=(*ends[0], *one, *ends[1]))
    second = edit.block(before=edit.before[1:], after=(*other, *ends[1]))
    if not _stands_once(edit.before[1:], edit.lines):
        return overlapping(random, samples)
    return edit.spoilt(f"{first}\n{second}", expected=None)


def shared_context(random: Random, samples: Mapping[str, str]) -> Spoilt:
    """Two blocks show the same unchanged line; what they change is apart."""
    edit = true_edit(random, samples)
    last = edit.end - 1
    after_it = edit.lines[last : last + 2]
    if len(after_it) < 2 or not all(after_it) or not _stands_once(after_it, edit.lines):
        return shared_context(random, samples)
    made = _made(random, edit.path, after_it[1])
    result = _text((*edit.lines[: edit.start], *edit.after, *made, *edit.lines[last + 2 :]))
    second = edit.block(after_it, (after_it[0], *made))
    return edit.spoilt(f"{edit.block()}\n{second}", expected=result)


def chained(random: Random, samples: Mapping[str, str]) -> Spoilt:
    """The second block changes what the first one made."""
    edit = true_edit(random, samples)
    made = _made(random, edit.path, edit.before[1])
    then = _made(random, edit.path, edit.before[1])
    first = replace(edit, after=(edit.before[0], *made, *edit.before[1:]))
    second = replace(edit, after=(edit.before[0], *then, *edit.before[1:]))
    return edit.spoilt(f"{first.block()}\n{edit.block(made, then)}", expected=second.result)


def several(random: Random, samples: Mapping[str, str]) -> Spoilt:
    """Two blocks of one file in any order; the second one often does not say again which file."""
    edit = true_edit(random, samples)
    places = [at for at in range(edit.end, len(edit.lines) - 1) if _stands_once(edit.lines[at : at + 2], edit.lines)]
    places = [at for at in places if all(edit.lines[at : at + 2])]
    if not places:
        return several(random, samples)
    at = random.choice(places)
    pair = edit.lines[at : at + 2]
    after = (pair[0], *_made(random, edit.path, pair[1]), pair[1])
    result = _text((*edit.lines[: edit.start], *edit.after, *edit.lines[edit.end : at], *after, *edit.lines[at + 2 :]))
    blocks = [edit.block(), edit.block(pair, after)]
    random.shuffle(blocks)
    if random.random() < 0.4:
        blocks[1] = blocks[1].removeprefix(f"{edit.path}\n")
    return edit.spoilt("\n".join(blocks), expected=result)


def one_of_two_fails(random: Random, samples: Mapping[str, str]) -> Spoilt:
    """One block fits and the other does not: half of a change is no change."""
    good, bad = true_edit(random, samples), stale(random, samples)
    if good.path in bad.files:
        return one_of_two_fails(random, samples)
    blocks = [good.block(), bad.answer]
    random.shuffle(blocks)
    return Spoilt({good.path: good.text, **bad.files}, "\n".join(blocks), None)


def wrong_file(random: Random, samples: Mapping[str, str]) -> Spoilt:
    """The named file does not have the lines, another one has: a copy, a neighbour, or the one that was meant."""
    edit = true_edit(random, samples)
    folder, _, name = edit.path.rpartition("/")
    stem, _, suffix = name.rpartition(".")
    named = f"{folder}/{stem}_copy.{suffix}"
    match random.choice(("a neighbour", "two copies", "not there")):
        case "a neighbour":
            files = {edit.path: edit.text, named: made_file(random)[1]}
        case "two copies":
            files = {edit.path: edit.text, f"{folder}/{stem}_old.{suffix}": edit.text}
        case _:
            named = f"{folder}/other/{random.choice(('main', 'start', 'setup'))}.{suffix}"
            files = {edit.path: edit.text}
    return Spoilt(files, block(named, edit.before, edit.after), None)


def decorated_name(random: Random, samples: Mapping[str, str]) -> Spoilt:
    """The name of the file stands in the marks that Markdown has for names and headings."""
    edit = true_edit(random, samples)
    name = random.choice(("`{}`", "**{}**", "### {}", "### `{}`", "{}:", "`{}`:")).format(edit.path)
    return edit.spoilt(block(name, edit.before, edit.after), expected=edit.result)


def creation(random: Random, samples: Mapping[str, str]) -> Spoilt:
    """Nothing to search for: a new file; with a file of that name, nobody knows where the lines belong."""
    edit = true_edit(random, samples)
    path, text = made_file(random)
    if path == edit.path:
        return creation(random, samples)
    files = {edit.path: edit.text}
    answer = block(path, (), text.splitlines())
    match random.choice(("new", "new", "empty", "taken")):
        case "new":
            return Spoilt(files, answer, {**files, path: text})
        case "empty":
            return Spoilt({**files, path: ""}, answer, {**files, path: text})
        case _:
            return Spoilt(files, block(edit.path, (), text.splitlines()), None)


def deletion(random: Random, samples: Mapping[str, str]) -> Spoilt:
    """Nothing instead of the lines; nothing instead of a whole file is no edit of it."""
    edit = true_edit(random, samples)
    if random.random() < 0.2:
        return edit.spoilt(edit.block(edit.lines, ()), expected=None)
    edit = replace(edit, after=())
    return edit.spoilt(edit.block(), expected=edit.result)


def no_net_change(random: Random, samples: Mapping[str, str]) -> Spoilt:
    edit = true_edit(random, samples)
    return edit.spoilt(edit.block(after=edit.before), expected=None)


def two_at_once(random: Random, samples: Mapping[str, str]) -> Spoilt:
    """Two of the above: lines of a CRLF file reindented, or without the white space at their ends."""
    edit = true_edit(random, samples, indented=True)
    depth = min(_depth(edit.before), _depth(edit.after))
    before, after = [line[depth:] for line in edit.before], [line[depth:] for line in edit.after]
    if random.random() < 0.5:
        return edit.spoilt(edit.block(before, after), text=_crlf(edit.text), expected=_crlf(edit.result))
    lines = list(edit.lines)
    lines[edit.start] += "  "
    expected = _text((*lines[: edit.start + 1], *edit.after[1:], *lines[edit.end :]))
    return edit.spoilt(edit.block(before, after), text=_text(lines), expected=expected)


CATEGORIES: Mapping[str, Callable[[Random, Mapping[str, str]], Spoilt]] = {
    "exact": exact,
    "exact among lookalikes": exact_among_lookalikes,
    "trailing white space": trailing_white_space,
    "reindented": reindented,
    "other widths of indentation": other_widths,
    "Unicode punctuation": unicode_punctuation,
    "CRLF": crlf,
    "byte order mark": byte_order_mark,
    "no final newline": no_final_newline,
    "ambiguous": ambiguous,
    "moved": moved,
    "stale": stale,
    "elided": elided,
    "lazy replacement": lazy,
    "fences in code": fences_in_code,
    "divider in text": divider_in_text,
    "already applied": already_applied,
    "blank lines": blank_lines,
    "overlapping": overlapping,
    "shared context": shared_context,
    "chained": chained,
    "several blocks": several,
    "one of two fails": one_of_two_fails,
    "wrong file": wrong_file,
    "decorated file name": decorated_name,
    "creation": creation,
    "deletion": deletion,
    "no net change": no_net_change,
    "two at once": two_at_once,
}
