"""A pattern applied to a base: the change and its description, or why there is none. All files or none."""

from app.conversation.patterns import pattern_report
from app.domain.recipe import BrokenRecipe, CannotEdit, NothingToEdit, Place
from app.generation.patterns.pattern import Pattern, Refused, Work
from app.generation.patterns.source import NotEditable
from app.generation.recipes.manifest import RecipeFaulty
from app.generation.recipes.output import Output

MAX_REPORT_CHARS = 40_000


def apply_pattern(pattern: Pattern, work: Work) -> Output | BrokenRecipe | CannotEdit | NothingToEdit:
    """What the pattern makes of the base; paths are not judged here."""
    try:
        applied = pattern.apply(work)
    except Refused as refused:
        return CannotEdit(pattern.name, refused.places)
    except RecipeFaulty as fault:
        return BrokenRecipe(pattern.name, fault.problems)
    except NotEditable as error:
        return CannotEdit(pattern.name, (error.place,))
    if not applied.files:
        return NothingToEdit(pattern.name, applied.skipped)
    report = pattern_report(applied.summary, applied.edited, applied.skipped, applied.notes)
    if len(report) > MAX_REPORT_CHARS:
        words = f"{len(applied.edited)} places to edit are more than a pull request can list: ask for fewer files"
        return CannotEdit(pattern.name, (Place("the change", None, words),))
    return Output(applied.files, applied.tests, applied.title, report)
