"""The check "ACS / tests": run a head's own tests, with its own tools, where they can do no harm.

What a report is worth. Tests, and the configuration of Jest and pytest, are code of the pull request, and run beside
the tool that judges them. So that a pass does not come about by accident or by a cheap trick, the report has a name
that only the command line knows; it must agree with itself, with the files of the head, and with the exit status, which
the sandbox sees for itself; and Jest runs tests in child processes, which cannot end it. What remains: code that is
written to deceive can find the report by looking, and change the tool while it runs (in a configuration file, or in any
Python test), so that both say "passed". A pass therefore means that honest tests pass; whether tests were made
dishonest is seen by reading the change.
"""

import secrets
from collections.abc import Callable
from dataclasses import replace

from app.domain.plain_text import plain
from app.domain.tests_report import TestsReport, Verdict, together
from app.errors import RepoError
from app.ports.checkouts import Checkout
from app.ports.dependencies import Dependencies
from app.ports.sandbox import Limits, Sandbox, SandboxUnsafe
from app.validation.judge import judge
from app.validation.plan import Plan, plan
from app.validation.unplanned import NotApplicable, NotYet


def unguessable_name() -> str:
    return f".acs-report-{secrets.token_hex(16)}"


def run_tests(
    checkout: Checkout,
    *,
    sandbox: Sandbox,
    dependencies: Dependencies,
    limits: Limits,
    report_name: Callable[[], str] = unguessable_name,
) -> TestsReport:
    """Install what the lock file names, run the tests, and say what they showed; safe to run again.

    What the repository has to mend (no lock file, one that does not install, a test run that was stopped) is a report
    with the verdict `error`; so is a machine that cannot run repository code safely, and then nothing was run.

    Raises:
        TransientError: the package index or the code host did not answer.
    """
    try:
        paths = frozenset(checkout.paths())
        decided = plan(checkout, paths)
        if isinstance(decided, NotApplicable):
            return _nothing_ran("not_applicable", decided.reason)
        if isinstance(decided, NotYet):
            return _nothing_ran("error", decided.reason)

        def run(one: Plan) -> TestsReport:
            report_file = report_name()
            try:
                installed = dependencies.install(one.ecosystem, one.manifests)
            except RepoError as error:
                return replace(_nothing_ran("error", str(error)), tool=one.tool, tool_version=one.version)
            outcome = sandbox.run(one.step(checkout, installed, limits, report_file))
            written = outcome.files.get(report_file)
            report = None if written is None else one.read(written, paths)
            return judge(one.tool, one.version, outcome, report, limits)

        return together([run(one) for one in decided])
    except RepoError as error:
        return _nothing_ran("error", str(error))
    except SandboxUnsafe as unsafe:
        return _nothing_ran("error", f"No code of this repository was run, because that is not safe here: {unsafe}")


def _nothing_ran(verdict: Verdict, reason: str) -> TestsReport:
    return TestsReport(verdict, tool="", tool_version="", looked_at=0, duration_ms=0, reason=plain(reason, 2_000))
