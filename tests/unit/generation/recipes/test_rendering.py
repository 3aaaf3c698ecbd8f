import pytest

from app.generation.recipes.rendering import Renderer, RenderingFailed

SEVERAL = {"numbers": list(range(300)), "row": {"items": "a key", "a": 1}, "text": "x" * 1000}


def failure(source: str) -> RenderingFailed:
    with pytest.raises(RenderingFailed) as raised:
        Renderer().render(source, SEVERAL)
    return raised.value


def test_a_template_sees_its_variables_and_filters() -> None:
    source = (
        "{% for n in numbers[:3] %}{{ n }}{{ '' if loop.last else ', ' }}{% endfor %} {{ 'a' ~ row.a }} {{ 1 + 2 }}"
    )

    assert Renderer().render(source, SEVERAL) == "0, 1, 2 a1 3"


def test_a_key_of_an_object_is_never_one_of_its_methods() -> None:
    assert Renderer().render("{{ row.items }}", SEVERAL) == "a key"


def test_a_variable_that_is_not_there_fails_with_its_line() -> None:
    raised = failure("first\n\n{{ missing }}")

    assert (raised.message, raised.line) == ("'missing' is undefined", 3)


@pytest.mark.parametrize(
    ("source", "message"),
    [
        pytest.param("{{ text.upper() }}", "only macros and functions", id="a method"),
        pytest.param("{{ '{:>999999999}'.format(1) }}", "only macros and functions", id="a format width"),
        pytest.param("{{ '%999999999d' % 1 }}", "works on numbers only", id="an old format width"),
        pytest.param("{{ text * 1000000 }}", "works on numbers only", id="repeating text"),
        pytest.param("{{ 9 ** 9 }}", "works on numbers only", id="a power"),
        pytest.param("{{ ''.__class__ }}", "unsafe", id="an underscore attribute"),
        pytest.param("{{ row.__class__ }}", "unsafe", id="the class of an object"),
        pytest.param("{{ fit.__globals__ }}", "unsafe", id="the globals of a function"),
        pytest.param("{{ numbers | map(attribute='__class__') | first }}", "unsafe", id="the class through a filter"),
        pytest.param("{{ range(9) }}", "'range' is undefined", id="range"),
        pytest.param("{{ lipsum() }}", "'lipsum' is undefined", id="lipsum"),
        pytest.param("{{ text | center(999999999) }}", "No filter named 'center'", id="a padding filter"),
        pytest.param("{% include 'x' %}", "include is not available here", id="include"),
        pytest.param("{% import 'x' as x %}", "import is not available here", id="import"),
        pytest.param("{% extends 'x' %}", "extends is not available here", id="extends"),
        pytest.param("{% block a %}{{ self.a() }}{% endblock %}", "block is not available here", id="block"),
        pytest.param("{% for n in numbers recursive %}{{ loop(numbers) }}{% endfor %}", "only macros", id="recursion"),
        pytest.param("{{" + "(" * 500 + "1" + ")" * 500 + "}}", "nested too deeply", id="parentheses"),
        pytest.param("{% if 1 %}" * 100 + "{% endif %}" * 100, "nested too deeply", id="nested statements"),
        pytest.param("{% for n in numbers %}{{ text }}{% endfor %}", "a text longer than 256 KiB", id="a long text"),
        pytest.param("{{ numbers | join(text) }}", "a text longer than 256 KiB", id="a long text by joining"),
        pytest.param("{{ 1 / 0 }}", "division by zero", id="a division by zero"),
        pytest.param("x" * 70_000, "longer than 64 KiB", id="a long source"),
        pytest.param("{{ open", "unexpected end of template", id="no template at all"),
    ],
)
def test_what_a_template_may_not_do_fails(source: str, message: str) -> None:
    assert message in failure(source).message


@pytest.mark.timeout(60)  # without limits these would take from minutes to for ever
@pytest.mark.parametrize(
    "source",
    [
        pytest.param("{% for a in numbers %}" * 4 + "{% endfor %}" * 4, id="loops in loops"),
        pytest.param(
            "{% for a in numbers %}" * 2 + "{% for c in numbers if false %}{% endfor %}" + "{% endfor %}" * 2,
            id="loops whose body never runs",
        ),
        pytest.param("{% macro f() %}{{ f() }}{{ f() }}{% endmacro %}{{ f() }}", id="a macro that never ends"),
        pytest.param(
            "{% macro f(n) %}{% if n %}{{ f(n - 1) }}{{ f(n - 1) }}{% endif %}{% endmacro %}{{ f(40) }}",
            id="a macro that takes for ever",
        ),
        pytest.param(
            "{% macro d(x) %}{{ x }}{{ x }}{% endmacro %}{% set y = text %}" + "{% set y = d(y) %}" * 40,
            id="a text doubled by a macro",
        ),
        pytest.param("{% set y = text %}" + "{% set y = y ~ y %}" * 40, id="a text doubled by joining"),
        pytest.param("{% set y = text %}" + "{% set y = y + y %}" * 40, id="a text doubled by adding"),
        pytest.param("{% set y = [text, text] | join(text) %}" * 9 + "{{ [y] * 9 }}", id="a text doubled by a filter"),
        pytest.param("{% set y = 99 %}" + "{% set y = y * y %}" * 40, id="a number that grows"),
        pytest.param("{{ numbers | sort }}" * 3000, id="much sorting"),
    ],
)
def test_a_template_that_works_too_long_is_stopped(source: str) -> None:
    assert str(failure(source))
