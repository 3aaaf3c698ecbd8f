"""From a label to the draft pull request by the fast lane, with a model of a known speed, eight issues at once."""

import json
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

from app.demo.model.local import LocalModel
from app.demo.model.script import Rule, Say
from tests.bench.figures import Figure, percentile
from tests.bench.report import machine
from tests.bench.shop import open_shop
from tests.e2e.world import SHOP, World, eventually

AT_ONCE = 8
TOKENS = 2_000
CURVE = (200, 1_000, 4_000)
FIRST_TOKEN_SECONDS = 1.0
TOKENS_PER_SECOND = 95.0
CHARS_PER_TOKEN = 4
LOOKS = 1_000_000  # eight people look for their pull requests all the time
PLAN = {
    "is_clear": True,
    "questions": [],
    "title": "Price parcels by weight",
    "summary": "Adds a module that prices parcels by weight, with its test and a page that says how to use it.",
    "risk": "low",
    "files": [
        {"path": "src/parcels.ts", "operation": "create", "intent": "Price a parcel by its weight"},
        {"path": "src/parcels.test.ts", "operation": "create", "intent": "Hold each step of the prices"},
        {"path": "docs/parcels.md", "operation": "create", "intent": "Say how parcels are priced"},
    ],
    "criteria": [
        {"text": "Each weight has its price", "test": "src/parcels.test.ts: each step", "why_untested": ""},
        {"text": "What is too heavy is refused", "test": "src/parcels.test.ts: too heavy", "why_untested": ""},
    ],
    "lines": 160,
}


def measure() -> Sequence[Figure]:
    with LocalModel() as model:
        settings = {"OPENAI_BASE_URL": model.base_url, "ACS_MODEL": "simulated"}
        with open_shop(settings, requests_per_hour=LOOKS) as world:
            _seconds(world, model, CURVE[0])
            curve = {tokens: _seconds(world, model, tokens) for tokens in (*CURVE, TOKENS)}
    taken = curve.pop(TOKENS)
    others = "; ".join(
        f"{tokens} tokens: p50 {percentile(seconds, 50):.1f} s, p95 {percentile(seconds, 95):.1f} s"
        for tokens, seconds in curve.items()
    )
    conditions = (
        f"{AT_ONCE} issues labelled at once, after {AT_ONCE} that warmed up; a simulated model with "
        f"{FIRST_TOKEN_SECONDS:g} s to the first token and {TOKENS_PER_SECOND:g} tokens a second, {CHARS_PER_TOKEN} "
        f"characters each; one question for the plan, one for {TOKENS} tokens of code, test and documentation; from "
        f"before the requests that label until GitHub lists the draft pull request, asked for every 50 ms; nearest "
        f"rank, so p95 is the slowest; {others}; {machine()}"
    )
    return [
        Figure("generation.fast_lane_p50_s", percentile(taken, 50), conditions, _medians(curve)),
        Figure("generation.fast_lane_p95_s", percentile(taken, 95), conditions),
    ]


def _medians(curve: Mapping[int, Sequence[float]]) -> Mapping[str, float]:
    return {f"{tokens} tokens": percentile(seconds, 50) for tokens, seconds in curve.items()}


def _seconds(world: World, model: LocalModel, tokens: int) -> Sequence[float]:
    """How long each of the issues takes whose change has so many tokens."""
    model.plays(
        Rule(contains=("Carry out this plan.",), answers=(_answer(_edits(tokens)),)),
        Rule(contains=("Plan the change.",), answers=(_answer(json.dumps(PLAN)),)),
    )
    issues = [world.open_issue(f"Price parcels by weight {n}", "By steps of 5 kg, up to 30.") for n in range(AT_ONCE)]
    began = time.monotonic()
    with ThreadPoolExecutor(AT_ONCE) as people:
        for _ in people.map(world.label, issues):
            pass
        drafts = [people.submit(_drafted, world, issue, began) for issue in issues]
        return [draft.result() for draft in drafts]


def _drafted(world: World, issue: int, began: float) -> float:
    branch = f"acs/issue-{issue}-"

    def look() -> bool:
        pulls = world.get(f"/repos/{SHOP}/pulls?state=all&per_page={2 * AT_ONCE}")
        return any(pull["head"]["ref"].startswith(branch) for pull in pulls)

    eventually(look, within=120, what=f"the draft pull request for #{issue}")
    return time.monotonic() - began


def _answer(text: str) -> Say:
    return Say(
        text=text,
        piece=CHARS_PER_TOKEN,
        first_token_seconds=FIRST_TOKEN_SECONDS,
        tokens_per_second=TOKENS_PER_SECOND,
    )


def _edits(tokens: int) -> str:
    """Three new files that together are so many tokens long."""
    head = "export const STEPS: Record<number, number> = {};\n"
    test = 'import { STEPS } from "./parcels";\n\ntest("each step", () => expect(STEPS).toBeDefined());\n'
    page = "# Parcels\n\nParcels are priced by weight.\n"
    files = {"src/parcels.ts": head, "src/parcels.test.ts": test, "docs/parcels.md": page}
    blank = "".join(_block(path, content) for path, content in files.items())
    left = tokens * CHARS_PER_TOKEN - len(blank)
    code = [f"STEPS[{number}] = {number} * 7 + 490;\n" for number in range(1_000, 2_000)]
    return blank.replace(head, head + "".join(code[: max(0, left) // len(code[0])]))


def _block(path: str, content: str) -> str:
    return f"{path}\n<<<<<<< SEARCH\n=======\n{content}>>>>>>> REPLACE\n\n"
