"""What a command needs of a repository's files: the list of recipes, and the document that is to be a request."""

import structlog

from app.conversation.commands.answers import recipes_words, refusal_words
from app.domain.command import Refusal
from app.generation.recipes.catalogue import Catalogue
from app.jobs import AnswerCommand, LabelAdded, ListRecipes, ReadSpecification
from app.ports.checkouts import Checkout, Checkouts
from app.ports.code_host import Issues
from app.ports.record import Jobs

LARGEST_BYTES = 64 * 1024

log = structlog.stdlib.get_logger()


def list_recipes(job: ListRecipes, *, checkouts: Checkouts, jobs: Jobs) -> None:
    """Answer with the templates and patterns that can be used on the head of the default branch.

    Raises:
        RepoError: the repository is empty, gone, too large, or closed to the App.
        TransientError: the code host did not answer; run the job again.
    """
    base = _base(job, checkouts)
    jobs.add(AnswerCommand(job.asked, recipes_words(Catalogue(base).summaries()), is_done=True))


def read_specification(
    job: ReadSpecification, *, trigger_label: str, checkouts: Checkouts, issues: Issues, jobs: Jobs
) -> None:
    """Ask for the change that a document of the default branch describes, as the label asks for the issue's own.

    Raises:
        RepoError: the repository is empty, gone, too large, or closed to the App.
        TransientError: the code host did not answer; run the job again.
    """
    asked = job.asked
    text = _text(job.path, _base(job, checkouts))
    if isinstance(text, Refusal):
        jobs.add(AnswerCommand(asked, refusal_words(text), is_done=False))
        return
    issues.add_label(asked.on, trigger_label)
    jobs.add(LabelAdded(asked.on, trigger_label, asked.by, job.title, text, job.as_of, spec=job.path))
    log.info("specification read", issue=str(asked.on), size=len(text))


def _base(job: ListRecipes | ReadSpecification, checkouts: Checkouts) -> Checkout:
    repo = job.asked.on.repo
    return checkouts.at(repo, checkouts.default_branch(repo).sha)


def _text(path: str, base: Checkout) -> str | Refusal:
    content = base.read(path)
    expected = f"a text file of 1 byte to {LARGEST_BYTES // 1024} KiB in UTF-8 on the default branch"
    if content is None:
        return Refusal("not_readable", expected, f"no file {path}", "Compare the path, or commit the document first.")
    if not 0 < len(content) <= LARGEST_BYTES:
        actual = f"{path} has {len(content):,} bytes"
        return Refusal("not_readable", expected, actual, "Fill the document in, or split it.")
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return Refusal("not_readable", expected, f"{path} is no text in UTF-8", "Save it as UTF-8, or name another.")
    if "\0" in text or not text.strip():
        return Refusal("not_readable", expected, f"{path} holds no text", "Fill the document in, or name another.")
    return text
