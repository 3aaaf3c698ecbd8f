"""Tables as people write them in an issue. https://github.github.com/gfm/#tables-extension-"""

import re

from app.domain.yaml_text import UnreadableYaml, Yaml, plain_scalar, read_yaml

_RULER = re.compile(r"\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*")
_CELL_BORDER = re.compile(r"(?<!\\)\|")


class NotATable(Exception):
    """The text is no Markdown table; the message says what is missing."""


def read_markdown_table(text: str) -> list[Yaml]:
    """The rows as objects by column name; cells are read like YAML words: `5` is a number, `"5"` and `` `5` `` text.

    Raises:
        NotATable: there is no header with a ruler below it, or a row has more or fewer cells.
    """
    lines = [line for line in text.split("\n") if line.strip()]
    if len(lines) < 2 or "|" not in lines[0] or not _RULER.fullmatch(lines[1]):
        raise NotATable("a table needs a header, and a line like | --- | --- | below it")
    header = [name.strip("`") for name in _cells(lines[0])]
    return [_row(header, line, number) for number, line in enumerate(lines[2:], start=1)]


def _row(header: list[str], line: str, number: int) -> dict[str, Yaml]:
    cells = _cells(line)
    if len(cells) != len(header):
        raise NotATable(f"row {number} has {len(cells)} cells, the header {len(header)}")
    return {name: _value(cell) for name, cell in zip(header, cells, strict=True)}


def _cells(line: str) -> list[str]:
    inner = line.strip().removeprefix("|")
    inner = re.sub(r"(?<!\\)\|$", "", inner)
    return [cell.strip().replace("\\|", "|") for cell in _CELL_BORDER.split(inner)]


def _value(cell: str) -> Yaml:
    if len(cell) >= 2 and cell[0] == cell[-1] == "`":
        return cell.strip("`").strip()
    if len(cell) >= 2 and cell[0] == cell[-1] and cell[0] in "\"'":
        try:
            return read_yaml(cell).value
        except UnreadableYaml as error:
            raise NotATable(f"a quoted cell cannot be read: {error.message}") from error
    return plain_scalar(cell)
