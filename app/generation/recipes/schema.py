"""The types a template's parameters can have, as they are written in `template.yml`."""

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError
from pydantic_core import SchemaError

from app.domain.yaml_text import Yaml

ParameterName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
FieldName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_]{0,39}$")]
Line = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f\x7f]*$", max_length=500)]
Case = Literal["camel", "pascal", "snake"]


def _compiles(pattern: str) -> str:
    try:
        TypeAdapter(Annotated[str, Field(pattern=pattern)])
    except SchemaError as error:
        reason = str(error).splitlines()[-1].strip().removeprefix("error: ")
        raise ValueError(f"this is not a regular expression of Rust's regex crate: {reason}") from error
    return pattern


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Described(Strict):
    """What every parameter has. `default` stands in when it is not given; a string may hold an expression."""

    title: Line = ""
    description: Line = ""
    default: Yaml = None
    optional: bool = False
    example: str = Field(default="", max_length=8_000)


class StringParameter(_Described):
    type: Literal["string"]
    pattern: Annotated[str, BeforeValidator(_compiles)] | None = None
    """A pattern that is matched in linear time; anchor it with ^ and $."""
    min_length: int = Field(default=1, ge=0)
    max_length: int = Field(default=500, ge=1, le=8_000)
    multiline: bool = False


class IdentifierParameter(_Described):
    """A name in the generated code: of one case, at most 30 characters, and no reserved word."""

    type: Literal["identifier"]
    case: Case = "camel"
    reserved: tuple[str, ...] = ()


class PathParameter(_Described):
    """A relative path of a file or folder, without `..`."""

    type: Literal["path"]
    pattern: Annotated[str, BeforeValidator(_compiles)] | None = None


class IntegerParameter(_Described):
    type: Literal["integer"]
    minimum: int | None = None
    maximum: int | None = None


class NumberParameter(_Described):
    type: Literal["number"]
    minimum: float | None = None
    maximum: float | None = None


class BooleanParameter(_Described):
    type: Literal["boolean"]


class ScalarParameter(_Described):
    """Text, a number or a boolean, whichever is given."""

    type: Literal["scalar"]
    printable: bool = False
    """Whether text must be what a person can type on one line and see."""


class JsonParameter(_Described):
    """Any value of JSON whose outermost part is an object or a list."""

    type: Literal["json"]


class EnumParameter(_Described):
    type: Literal["enum"]
    values: tuple[str, ...] = Field(min_length=1, max_length=50)


class ListParameter(_Described):
    type: Literal["list"]
    items: "Parameter"
    min_items: int = Field(default=1, ge=0)
    max_items: int = Field(default=50, ge=1, le=500)


class ObjectParameter(_Described):
    type: Literal["object"]
    fields: dict[FieldName, "Parameter"] = Field(min_length=1, max_length=50)


class TableParameter(_Described):
    """Rows with the same columns: a Markdown table, or a YAML list of objects."""

    type: Literal["table"]
    columns: dict[FieldName, "Parameter"] = Field(min_length=1, max_length=20)
    min_rows: int = Field(default=1, ge=0)
    max_rows: int = Field(default=200, ge=1, le=500)


class DecisionTableParameter(_Described):
    """A function given by a table of inputs and outputs; see `decision_table.py`."""

    type: Literal["decision_table"]
    case: Case = "camel"
    reserved: tuple[str, ...] = ()
    max_rows: int = Field(default=200, ge=2, le=500)
    printable: bool = False
    """Whether text in the table must be what a person can type on one line and see."""


class HttpRouteParameter(_Described):
    """A route that takes and gives JSON; see `http_route.py`."""

    type: Literal["http_route"]
    case: Case = "camel"
    reserved: tuple[str, ...] = ()


Parameter = Annotated[
    StringParameter
    | IdentifierParameter
    | PathParameter
    | IntegerParameter
    | NumberParameter
    | BooleanParameter
    | ScalarParameter
    | JsonParameter
    | EnumParameter
    | ListParameter
    | ObjectParameter
    | TableParameter
    | DecisionTableParameter
    | HttpRouteParameter,
    Field(discriminator="type"),
]


PARAMETER_TYPES: tuple[type[BaseModel], ...] = (
    StringParameter,
    IdentifierParameter,
    PathParameter,
    IntegerParameter,
    NumberParameter,
    BooleanParameter,
    ScalarParameter,
    JsonParameter,
    EnumParameter,
    ListParameter,
    ObjectParameter,
    TableParameter,
    DecisionTableParameter,
    HttpRouteParameter,
)


def matches(pattern: str, text: str) -> bool:
    """Whether a text matches, in time linear in its length whatever the pattern (Rust's regex crate)."""
    adapter: TypeAdapter[str] = TypeAdapter(Annotated[str, Field(pattern=pattern)])
    try:
        adapter.validate_python(text)
    except ValidationError:
        return False
    return True
