"""The reference page of the configuration, `docs/configuration.md`, made from the models."""

from collections.abc import Iterator

from app.domain.repo_config import ConfigFile
from app.governance.repo_config.expectations import expectation
from app.governance.repo_config.keys import Key, schema_of, sections, working_keys

OPENING = """# Configuration

What a repository decides about ACS stands in `.github/acs.yml`. Without that file, the defaults below hold.

```yaml
version: 1
generation:
  constraints:
    maxFiles: 20
    forbiddenPaths: [infra, "**/*.tf"]
```

**Base decides.** ACS reads the file at the commit that a change starts from. A pull request that edits it changes
nothing until it is merged; the check run `ACS / config` on it says what would change, or everything that is wrong, each
thing on its line. While the file on the base is invalid, ACS writes no code in that repository, and says why on the
issue.

**Organisations.** `.github/acs.yml`, or `acs.yml`, in the organisation's own repository `.github` has defaults for all
of its repositories: a repository's own value stands above them, and a list replaces a list. ACS reads it at the head of
the default branch of that repository, on which the App must be installed too. What it lists under `locked` no other
repository can set.

**Strict.** Unknown keys, anchors, aliases, tags, merge keys and keys that stand twice are errors, as is a file of more
than 64 KiB. `acs check-config [PATH]` says what is wrong with a file, or what holds. [acs.v1.json](schema/acs.v1.json)
is the JSON Schema, for editors (`acs check-config --schema` prints it):

```yaml
# yaml-language-server: $schema=./acs.v1.json
```

The rest of this page is made from the models by which ACS reads the file (`acs check-config --reference`).
"""


def reference_page() -> str:
    """The page as Markdown."""
    return "\n".join([OPENING, *_parts()])


def _parts() -> Iterator[str]:
    yield "## The file\n"
    for field in ("version", "locked"):
        schema = schema_of(ConfigFile, field)
        yield _entry(
            field, expectation(schema), "required" if field == "version" else "`[]`", str(schema["description"])
        )
    for name, section in sections().items():
        keys = [key for key in working_keys().values() if key.name.rpartition(".")[0] == name]
        if name and keys:
            yield f"## {name}\n\n{(section.__doc__ or '').strip()}\n"
            yield from map(_key, keys)


def _key(key: Key) -> str:
    default = key.default if key.default == "not set" else f"`{key.default}`"
    return _entry(key.name, expectation(key.schema), default, key.description)


def _entry(name: str, takes: str, default: str, description: str) -> str:
    return f"### {name}\n\n{description}\n\n- takes: {takes}\n- default: {default}\n"
