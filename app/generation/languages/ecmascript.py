"""TypeScript and JavaScript: two packs that differ in their grammars and in the tools that check them."""

import posixpath
import re
from collections.abc import Iterator
from itertools import product

from ast_grep_py import SgNode

from app.generation.languages.javascript_packages import javascript_packages
from app.generation.languages.pack import Choice, Definition, LanguagePack, Tool, Tree

_DEFINITIONS = (
    Definition("class_declaration", "class", holds=True),
    Definition("abstract_class_declaration", "class", holds=True),
    Definition("internal_module", "class", holds=True),
    Definition("interface_declaration", "type"),
    Definition("type_alias_declaration", "type"),
    Definition("enum_declaration", "type"),
    Definition("function_declaration", "function"),
    Definition("generator_function_declaration", "function"),
    Definition("function_signature", "function"),
    Definition("method_definition", "method"),
    Definition("abstract_method_signature", "method"),
    Definition("variable_declarator", "value"),
    Definition("arrow_function", "function"),  # has no name: what is inside it is nobody else's business
    Definition("function_expression", "function"),
)
_NAMES = ("identifier", "type_identifier", "property_identifier", "shorthand_property_identifier")
_IMPORT_NODES = ("import_statement", "export_statement", "call_expression")
_STRING_NODES = ("string",)
_ENDINGS = (".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs")
_WRITTEN = re.compile(r"\.[cm]?[jt]sx?$")
_TEST = re.compile(r"(?P<stem>[^/]+)\.(test|spec)\.[cm]?[jt]sx?$")
_IN_TESTS = re.compile(r"(^|/)__tests__/([^/]+/)*(?P<stem>[^/.]+)\.[cm]?[jt]sx?$")
_ALIASES = ("@/", "~/")


def _imported(node: SgNode) -> Iterator[str]:
    """https://tc39.es/ecma262/#prod-ImportDeclaration, and `require` and `import` of a plain string"""
    source = node.field("source")
    if node.kind() == "call_expression":
        function, arguments = node.field("function"), node.field("arguments")
        named = function is not None and function.kind() in ("identifier", "import")
        if function is None or arguments is None or not named or function.text() not in ("require", "import"):
            return
        given = arguments.named_children()
        source = given[0] if len(given) == 1 else None
    if source is not None and source.kind() in _STRING_NODES:
        yield source.text().strip("'\"")[:500]


def _targets(importer: str, specifier: str, tree: Tree) -> Iterator[str]:
    """https://www.typescriptlang.org/docs/handbook/modules/theory.html#module-resolution, as far as it needs no tool.

    `@/` and `~/` are taken for the root or `src`, as the common starters set them up.
    """
    if specifier.startswith("."):
        bases = [posixpath.normpath(posixpath.join(posixpath.dirname(importer), specifier))]
    elif specifier.startswith(_ALIASES):
        bases = [f"src/{specifier[2:]}", specifier[2:]]
    else:
        return
    for base in bases:
        found = next((path for path in _files(base) if path in tree.paths), None)
        if found is not None:
            yield found
            return


def _files(base: str) -> Iterator[str]:
    yield base
    stems = (_WRITTEN.sub("", base), base)
    yield from (stem + ending for stem, ending in product(dict.fromkeys(stems), _ENDINGS))
    yield from (f"{base}/index{ending}" for ending in _ENDINGS)


def _subject(path: str) -> str | None:
    """https://jestjs.io/docs/configuration#testmatch-arraystring"""
    found = _TEST.search(path) or _IN_TESTS.search(path)
    return found["stem"] if found else None


def _test_name(name: str) -> str:
    stem, ending = posixpath.splitext(name)
    return f"{stem}.test{ending}"


_IN_PACKAGE = "package.json"
_FORMAT_AND_LINT = (
    Tool(
        "format",
        "prettier",
        ("npx", "prettier", "--check"),
        ("npx", "prettier", "--write"),
        (
            *(Choice(f".prettierrc{end}") for end in ("", ".json", ".yml", ".yaml", ".js", ".cjs", ".mjs", ".toml")),
            *(Choice(f"prettier.config{end}") for end in (".js", ".cjs", ".mjs", ".ts")),
            Choice(_IN_PACKAGE, '"prettier"'),
        ),
    ),
    Tool(
        "lint",
        "biome",
        ("npx", "biome", "check"),
        ("npx", "biome", "check", "--write"),
        (Choice("biome.json"), Choice("biome.jsonc")),
    ),
    Tool(
        "lint",
        "eslint",
        ("npx", "eslint"),
        ("npx", "eslint", "--fix"),
        (
            *(Choice(f"eslint.config{end}") for end in (".js", ".cjs", ".mjs", ".ts")),
            *(Choice(f".eslintrc{end}") for end in ("", ".js", ".cjs", ".json", ".yml", ".yaml")),
        ),
    ),
)
_TESTS = (
    Tool(
        "test",
        "vitest",
        ("npx", "vitest", "run"),
        (),
        (*(Choice(f"vitest.config{end}") for end in (".ts", ".js", ".mts", ".mjs")), Choice(_IN_PACKAGE, '"vitest"')),
    ),
    Tool(
        "test",
        "jest",
        ("npx", "jest"),
        (),
        (
            *(Choice(f"jest.config{end}") for end in (".js", ".ts", ".cjs", ".mjs", ".json")),
            Choice(_IN_PACKAGE, '"jest"'),
        ),
    ),
)
_TYPES = Tool("types", "tsc", ("npx", "tsc", "--noEmit"), (), (Choice("tsconfig.json"),))
_LOCK_FILES = ("package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml", "bun.lock", "bun.lockb")

TYPESCRIPT = LanguagePack(
    name="typescript",
    grammars={".tsx": "tsx", ".ts": "typescript", ".mts": "typescript", ".cts": "typescript"},
    declarations_only=(".d.ts", ".d.mts", ".d.cts"),
    definitions=_DEFINITIONS,
    names=_NAMES,
    import_nodes=_IMPORT_NODES,
    imported=_imported,
    targets=_targets,
    subject=_subject,
    test_name=_test_name,
    test_folder=None,
    tools=(*_FORMAT_AND_LINT, _TYPES, *_TESTS),
    manifests=(_IN_PACKAGE,),
    lock_files=_LOCK_FILES,
    packages=javascript_packages,
)
JAVASCRIPT = LanguagePack(
    name="javascript",
    grammars={".js": "javascript", ".mjs": "javascript", ".cjs": "javascript", ".jsx": "javascript"},
    definitions=_DEFINITIONS,
    names=_NAMES,
    import_nodes=_IMPORT_NODES,
    imported=_imported,
    targets=_targets,
    subject=_subject,
    test_name=_test_name,
    test_folder=None,
    tools=(*_FORMAT_AND_LINT, *_TESTS),
    manifests=(_IN_PACKAGE,),
    lock_files=_LOCK_FILES,
    packages=javascript_packages,
)
