"""Source files to edit: those of our sample repositories, and made ones in TypeScript, TSX, JavaScript and Python."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from random import Random

SAMPLES = Path(__file__).resolve().parents[2] / "app" / "demo" / "samples"
SUFFIXES = (".ts", ".tsx", ".js", ".py")
FEWEST_LINES = 12
_NOUNS = (
    "order",
    "invoice",
    "basket",
    "member",
    "room",
    "loan",
    "parcel",
    "ticket",
    "meter",
    "route",
    "shift",
    "price",
)
_VERBS = ("load", "parse", "price", "merge", "check", "count", "render", "split", "order", "close", "quote", "round")
_KINDS = ("ts", "tsx", "js", "py")


def sample_files() -> Mapping[str, str]:
    """The code of the sample repositories that is long enough to be edited, by path."""
    found = sorted(path for path in SAMPLES.rglob("*") if path.suffix in SUFFIXES)
    texts = {str(path.relative_to(SAMPLES)): path.read_text() for path in found}
    return {path: text for path, text in texts.items() if text.count("\n") >= FEWEST_LINES}


def any_file(random: Random, samples: Mapping[str, str]) -> tuple[str, str]:
    """A path and its text, which ends with a newline and has no Unicode punctuation: every fourth is a sample."""
    if random.random() < 0.25:
        path = random.choice(sorted(samples))
        return path, samples[path]
    return made_file(random)


def made_file(random: Random) -> tuple[str, str]:
    """Code with some functions that look alike and some that do not, as a repository has it."""
    kind = random.choice(_KINDS)
    names = random.sample([f"{verb}{noun.title()}" for verb in _VERBS for noun in _NOUNS], random.randint(4, 9))
    makers = {"ts": _typescript, "tsx": _component, "js": _javascript, "py": _python}
    parts = [makers[kind](random, name) for name in names]
    lines = [line for part in parts for line in (*part, "")][:-1]
    folder = random.choice(("src", "lib", "app/core", "packages/shop/src"))
    return f"{folder}/{random.choice(_NOUNS)}_{random.randint(1, 99)}.{kind}", "\n".join(lines) + "\n"


def _typescript(random: Random, name: str) -> Sequence[str]:
    limit = random.randint(2, 999)
    if random.random() < 0.3:
        return (
            f"export class {name.title()} {{",
            f"  private readonly limit = {limit};",
            "",
            "  constructor(private readonly items: readonly string[]) {}",
            "",
            f"  {name}(key: string): number {{",
            "    if (!this.items.includes(key)) {",
            "      return 0;",
            "    }",
            f"    return Math.min(this.items.indexOf(key) * {random.randint(2, 99)}, this.limit);",
            "  }",
            "}",
        )
    return (
        f"/** What {name} comes to, at most {limit}. */",
        f"export function {name}(values: readonly number[]): number {{",
        "  let total = 0;",
        "  for (const value of values) {",
        f"    if (value > {limit}) {{",
        f"      throw new RangeError(`{name}: ${{value}} is too much`);",
        "    }",
        f"    total += value * {random.randint(2, 99)};",
        "  }",
        "  return total;",
        "}",
    )


def _component(random: Random, name: str) -> Sequence[str]:
    title = name.title()
    return (
        f"export function {title}({{ items, onPick }}: {title}Props) {{",
        "  const [open, setOpen] = useState(false);",
        "  return (",
        f'    <section className="{name.lower()}" hidden={{!open}}>',
        f"      <h2>{title} no. {random.randint(1, 99)}</h2>",
        "      {items.map((item) => (",
        f"        <button key={{item.id}} onClick={{() => onPick(item, {random.randint(1, 99)})}}>",
        "          {item.label}",
        "        </button>",
        "      ))}",
        "    </section>",
        "  );",
        "}",
    )


def _javascript(random: Random, name: str) -> Sequence[str]:
    return (
        f"// {name}: what the counter shows",
        f"export const {name} = (rows) => {{",
        f'  const label = "{name} of {random.randint(1, 99)}";',
        "  const kept = rows.filter((row) => row.active);",
        "  if (kept.length === 0) {",
        "    return null;",
        "  }",
        f"  return `${{label}}: ${{kept.length * {random.randint(2, 99)}}}`;",
        "};",
    )


def _python(random: Random, name: str) -> Sequence[str]:
    snake = "".join(f"_{char.lower()}" if char.isupper() else char for char in name)
    if random.random() < 0.3:
        return (
            f"class {name.title()}:",
            f'    """Keeps what {snake} needs."""',
            "",
            "    def __init__(self, rows):",
            "        self.rows = rows",
            "",
            f"    def {snake}(self, key):",
            "        for row in self.rows:",
            f"            if row.key == key and row.size > {random.randint(2, 999)}:",
            "                return row",
            "        return None",
            "",
        )
    return (
        f"def {snake}(values, limit={random.randint(2, 999)}):",
        f'    """What {snake} comes to."""',
        "    total = 0",
        "    for value in values:",
        "        if value > limit:",
        f'            raise ValueError(f"{snake}: {{value}} is too much")',
        f"        total += value * {random.randint(2, 99)}",
        "    return total",
        "",
    )
