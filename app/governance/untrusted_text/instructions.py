"""Words that read as if they were meant for a model. People are shown them; no protection rests on finding them."""

import re
import unicodedata
from collections.abc import Iterator

from app.governance.untrusted_text.findings import Flagged, Request, excerpt

# The commonest letters of other alphabets that look like Latin ones: https://www.unicode.org/reports/tr39/#Confusable_Detection
_LOOK_ALIKES = str.maketrans("аеорсухіјѕһԁԛԝαεορυιν", "aeopcyxijshdqwaeopuiv")
_NEAR = r"[^\n]{0,60}?(?<!\w)"
_EARLIER = r"(?:previous|prior|above|earlier|preceding|former|all|any|system|your|vorherigen?|précédentes?|anteriores)"
_ORDERS = r"(?:instructions?|prompts?|rules?|directions?|guidelines?|guardrails?|anweisungen|consignes|instrucciones)"
_SECRETS = (
    r"(?:secrets?|tokens?|api[ _-]?keys?|passwords?|credentials?|private[ _-]keys?|id_rsa|\.env\b|\.git/config"
    r"|environment variables?|/proc/self)"
)
_REQUESTS: tuple[tuple[Request, str], ...] = (
    (
        "asks to ignore instructions",
        rf"\b(?:ignor\w*|disregard|forget|override|bypass|oublie\w*|olvida)\b{_NEAR}(?:{_EARLIER}\b{_NEAR})?{_ORDERS}\b",
    ),
    (
        "speaks as the system",
        r"<\|\w{2,20}\|>|\[/?inst\]|<</?sys>>|^\W{0,4}(?:system|assistant|developer)(?: (?:prompt|message))?\s*:"
        r"|\byou are now\b|\bnew (?:system )?instructions?\b|\bsystem prompt\b|\bas an? (?:ai|language model|agent)\b"
        r"|\b(?:important|note|attention)\b[^\n]{0,20}\b(?:ai|llm|agents?|assistants?|copilot)\b",
    ),
    (
        "asks for secrets",
        rf"\b(?:print|reveal|show|send|echo|include|exfiltrate|commit|post|upload|output|leak|read|write|dump|log)\w*\b"
        rf"{_NEAR}{_SECRETS}",
    ),
    (
        "asks for workflow or permission changes",
        r"\b(?:edit|change|add|create|modify|update|rewrite|replace|write|put|disable|remove|weaken)\w*\b[^\n]{0,60}?"
        r"(?:\.github/|\bworkflows?\b|\bcodeowners\b|\bbranch protection|\bpermissions:|\bpre-?commit hooks?\b)",
    ),
    (
        "asks for other repositories",
        r"\b(?:push|commit|open|clone|read|write|copy|fork|send)\w*\b[^\n]{0,60}?\b(?:other|another|different|private|my)\b"
        r"[^\n]{0,20}?\b(?:repo|repository|repositories|organi[sz]ation|account)\b",
    ),
    (
        "asks to run or send something",
        r"\b(?:curl|wget|iwr|invoke-webrequest)\b[^\n]{0,120}?(?:\||https?://)|\bbase64\b[^\n]{0,20}?(?:-d|--decode)\b"
        r"|\bnpm install\b[^\n]{0,60}https?://|\beval\s*\(\s*atob\b",
    ),
    (
        "asks to keep something from people",
        r"\b(?:do not|don't|never|without)\b[^\n]{0,20}?\b(?:tell|mention|show|inform|reveal|telling|mentioning)\w*\b"
        r"[^\n]{0,40}?\b(?:users?|reviewers?|maintainers?|anyone|anybody|humans?|people|pull request)\b",
    ),
)
_PATTERNS: tuple[tuple[Request, re.Pattern[str]], ...] = tuple(
    (why, re.compile(pattern, re.IGNORECASE)) for why, pattern in _REQUESTS
)
_MIXED = re.compile(r"\b(?=\w*[A-Za-z])(?=\w*[\u0370-\u03ff\u0400-\u04ff])\w{3,60}\b")
_DECORATION = re.compile(r"[*_`~]+")
_LONGEST_LINE = 2_000


def addressed_to_a_model(text: str) -> Iterator[Flagged]:
    """What in a text asks a model for something, at most once per line and reason, in the order of its lines."""
    for number, line in enumerate(text.split("\n"), start=1):
        shown = line[:_LONGEST_LINE]
        if mixed := _MIXED.search(shown):
            yield Flagged("mixes alphabets in one word", number, excerpt(mixed[0]))
        folded = skeleton(shown)
        for why, pattern in _PATTERNS:
            if found := pattern.search(folded):
                yield Flagged(why, number, excerpt(found[0]))


def skeleton(text: str) -> str:
    """The text as a hurried reader takes it: one spelling of look-alike letters, no decoration, small letters."""
    if text.isascii():
        return _DECORATION.sub("", text.lower())
    folded = unicodedata.normalize("NFKC", text).casefold().translate(_LOOK_ALIKES)
    plain = "".join(each for each in unicodedata.normalize("NFD", folded) if unicodedata.category(each) != "Mn")
    return _DECORATION.sub("", unicodedata.normalize("NFC", plain))
