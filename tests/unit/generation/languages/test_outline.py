import pytest

from app.generation.languages.outline import outline
from app.generation.languages.pack import LanguagePack
from app.generation.languages.shipped import pack_of

TYPESCRIPT = """\
import fees, { rate } from "./fees";
const legacy = require("../legacy");
export * from "./barrel";

export abstract class Loan<T> extends Base {
  due(x: number): string {
    const local = 1;
    function inner() {}
    return rate(local);
  }
  abstract renew(): void;
}
interface Shelf { size: number }
export type Id = string;
enum Colour { Red }
namespace Old { export function lend() {} }
export const pay = (a: number) => { const hidden = a; };
items.forEach((item) => { const each = item; });
"""
PYTHON = """\
from . import shelves
from ..base import Base as B, Other
import os.path as p, lending.fees

RATE: int = 5
here, there = 1, 2

@dataclass
class Loan(B):
    state = "open"

    async def due(self):
        local = RATE
        def inner(): ...
        return [name for name in fees(local)]

if RATE:
    def later(): ...
else:
    a.b = lambda: [x := 1]
"""
GO = """\
package lending

import (
	"fmt"
	f "example.com/shop/fees"
)

type Loan struct{ days int }
type Reader interface{ Read() }
const Rate = 5
var open, closed = 1, 2

func (l *Loan) Due() int {
	local := func() { var deep = 1 }
	return f.Of(l.days)
}

func Lend() {}
"""


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        pytest.param(
            "loan.ts",
            TYPESCRIPT,
            [
                *("legacy value 2-2", "Loan class 5-12", "Loan.due method 6-10", "Loan.renew method 11-11"),
                *("Shelf type 13-13", "Id type 14-14", "Colour type 15-15", "Old class 16-16"),
                *("Old.lend function 16-16", "pay value 17-17"),
            ],
            id="TypeScript",
        ),
        pytest.param(
            "loan.py",
            PYTHON,
            [
                *("RATE value 5-5", "Loan class 9-15", "Loan.state value 10-10", "Loan.due function 12-15"),
                "later function 18-18",
            ],
            id="Python",
        ),
        pytest.param(
            "loan.go",
            GO,
            [
                *("Loan type 8-8", "Reader type 9-9", "Rate value 10-10", "open value 11-11"),
                *("Due method 13-16", "Lend function 18-18"),
            ],
            id="Go",
        ),
    ],
)
def test_what_a_file_defines_is_found_with_its_lines_and_nothing_of_what_is_local(
    path: str, text: str, expected: list[str]
) -> None:
    found = outline(_pack(path), path, text)

    assert [f"{each.name} {each.kind} {each.first_line}-{each.last_line}" for each in found.symbols] == expected


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        pytest.param("loan.ts", TYPESCRIPT, ("./fees", "./barrel", "../legacy"), id="TypeScript"),
        pytest.param(
            "loan.py",
            PYTHON,
            ("os.path", "lending.fees", ".", ".shelves", "..base", "..base.Base", "..base.Other"),
            id="Python",
        ),
        pytest.param("loan.go", GO, ("fmt", "example.com/shop/fees"), id="Go"),
        pytest.param(
            "a.js", "import(`./${x}`); require(name); require('./a', 1); log('./b')", (), id="computed imports"
        ),
    ],
)
def test_imports_are_those_that_the_file_writes_down(path: str, text: str, expected: tuple[str, ...]) -> None:
    assert outline(_pack(path), path, text).imports == expected


def test_names_are_counted_as_code_uses_them() -> None:
    names = outline(_pack("a.py"), "a.py", "# rate\nrate = rate(rate_of('rate'))\n").names

    assert names == {"rate": 2, "rate_of": 1}


@pytest.mark.parametrize(
    ("path", "text"),
    [
        pytest.param("a.ts", "function f(){" * 20_000, id="deep functions"),
        pytest.param("a.ts", "(" * 250_000, id="one line of brackets"),
        pytest.param("a.ts", "class A{\n" * 20_000, id="deep classes"),
        pytest.param("a.py", "x = 1\n" * 50_000, id="more than is outlined"),
        pytest.param("a.go", "\x00\ufffd" * 1_000, id="no code"),
        pytest.param("a.py", "", id="empty"),
    ],
)
def test_what_nobody_wrote_by_hand_has_an_outline_within_limits(path: str, text: str) -> None:
    found = outline(_pack(path), path, text)

    assert len(found.symbols) <= 4_000
    assert max((symbol.name.count(".") for symbol in found.symbols), default=0) < 8


def test_a_file_with_syntax_errors_has_the_outline_of_the_rest() -> None:
    found = outline(_pack("a.py"), "a.py", "def good(): ...\n\nx = = 1\n\nclass Fine: ...\n")

    assert {"good", "Fine"} <= {symbol.name for symbol in found.symbols}


def _pack(path: str) -> LanguagePack:
    pack = pack_of(path)
    assert pack is not None
    return pack
