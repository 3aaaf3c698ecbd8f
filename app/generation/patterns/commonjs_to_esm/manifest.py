"""Edits of `package.json` that leave every other byte of it alone."""

import json
import re

from ast_grep_py import SgNode

from app.domain.change import GeneratedFile, Mode
from app.domain.recipe import Place
from app.generation.patterns.editing import Edit, spliced
from app.generation.patterns.source import NotEditable, end_of, parse, read_text, start_of
from app.ports.checkouts import Checkout

_BOM = "\ufeff"
_AFTER = ("type", "version", "name")


class Manifest:
    """A `package.json` of the base.

    Raises:
        NotEditable: it is no JSON object, or too large.
    """

    def __init__(self, path: str, base: Checkout) -> None:
        text = read_text(base, path)
        self.path = path
        self._mode: Mode = base.mode(path)
        self.text = text.removeprefix(_BOM)
        self._has_bom = text.startswith(_BOM)
        first = next(
            (node for node in parse(path, self.text, "json").named_children() if node.kind() == "object"), None
        )
        if first is None:
            raise NotEditable(Place(path, 1, "is no JSON object"))
        self._object = first

    def type_edit(self) -> Edit:
        """`"type": "module"`, instead of what is there or below the name and version."""
        there = self._pair(self._object, "type")
        value = there.field("value") if there is not None else None
        if value is not None:
            return Edit(start_of(value), end_of(value), '"module"')
        return self._inserted('"type": "module"')

    def script_edit(self, name: str, command: str) -> Edit | None:
        scripts = self._pair(self._object, "scripts")
        commands = scripts.field("value") if scripts is not None else None
        script = self._pair(commands, name) if commands is not None else None
        value = script.field("value") if script is not None else None
        if value is None:
            return None
        return Edit(start_of(value), end_of(value), json.dumps(command, ensure_ascii=False))

    def edited(self, *edits: Edit) -> GeneratedFile:
        newline = "\r\n" if "\r\n" in self.text else "\n"
        text = spliced(self.text, edits, newline=newline)
        parse(self.path, text, "json")
        return GeneratedFile(self.path, (_BOM if self._has_bom else "") + text, "modify", self._mode)

    def line_of(self, edit: Edit) -> int:
        return self.text.count("\n", 0, edit.start) + 1

    def _pair(self, of: SgNode, key: str) -> SgNode | None:
        pairs = [pair for pair in of.named_children() if pair.kind() == "pair"]
        named = [pair for pair in pairs if (name := pair.field("key")) is not None and name.text() == f'"{key}"']
        return named[0] if named else None

    def _inserted(self, member: str) -> Edit:
        after = next((pair for key in _AFTER if (pair := self._pair(self._object, key)) is not None), None)
        inside = start_of(self._object) + 1
        lead = re.match(r"\s*", self.text[inside:])
        space = lead[0] if lead else ""
        if after is not None:
            return Edit(end_of(after), end_of(after), f",{space if chr(10) in space else ' '}{member}")
        is_empty = not self._object.named_children()
        return Edit(inside, inside, member if is_empty else f"{space if chr(10) in space else ''}{member},")
