"""The test of a Flask route, with Flask's own test client.

https://flask.palletsprojects.com/en/stable/testing/
"""

from ast_grep_py import SgNode

from app.domain.change import GeneratedTest
from app.generation.patterns.add_http_route.flask_application import Application
from app.generation.patterns.add_http_route.json_code import python_code
from app.generation.patterns.add_http_route.parameters import Parameters
from app.generation.patterns.own_files import own_file
from app.generation.patterns.pattern import Refused, Work
from app.generation.patterns.python.modules import module_name, test_folder
from app.generation.patterns.python.text import string_value
from app.generation.patterns.source import Source, is_same
from app.generation.patterns.style import Style

_STYLE = Style('"', "", "    ", 88)


def flask_test(source: Source, application: Application, wanted: Parameters, work: Work) -> GeneratedTest:
    """A test that asks for the route with pytest.

    Raises:
        Refused: a test cannot reach the application, or would start it by importing it.
    """
    paths = frozenset(work.base.paths())
    _check_import(source, application)
    variables = {
        "module": module_name(source.path, paths),
        "imported": _factory(source, application) or application.name,
        "is_factory": application.function is not None,
        "is_blueprint": application.is_blueprint,
        "handler": wanted.handler,
        "method": wanted.method,
        "requested_path": _prefix(source, application) + wanted.requested_path,
        "status": wanted.status,
        "expected": python_code(wanted.response, _STYLE, indent="    ", room=_STYLE.width - 40),
    }
    path = f"{test_folder(paths)}/test_{wanted.handler}.py"
    content = own_file("add_http_route", "test_flask.py", variables)
    return GeneratedTest(path, content, "create", framework="pytest", covers=(source.path,))


def _check_import(source: Source, application: Application) -> None:
    for statement in source.root.named_children():
        call = statement.child(0) if statement.kind() == "expression_statement" else None
        if call is not None and application.called(call) == "run":
            words = 'starts the service as soon as a test imports the file: do it below if __name__ == "__main__"'
            raise Refused(source.place(call, words))


def _factory(source: Source, application: Application) -> str | None:
    function = application.function
    if function is None:
        return None
    name, parameters, body = function.field("name"), function.field("parameters"), function.field("body")
    optional = ("default_parameter", "typed_default_parameter", "dictionary_splat_pattern", "list_splat_pattern")
    needed = [one for one in parameters.named_children() if one.kind() not in optional] if parameters else []
    returns = [node.text() for node in function.find_all(kind="return_statement")]
    is_of_the_module = is_same(application.statement.parent(), body) and _is_at_the_top(function)
    if name is None or needed or not is_of_the_module or f"return {application.name}" not in returns:
        words = "is made by a function that a test cannot simply call: give its parameters defaults and return it"
        raise Refused(source.place(application.call, words))
    return name.text()


def _is_at_the_top(function: SgNode) -> bool:
    around = function.parent()
    return around is not None and around.kind() == "module"


def _prefix(source: Source, application: Application) -> str:
    """What the blueprint puts before its paths."""
    arguments = application.call.field("arguments")
    for argument in arguments.named_children() if arguments is not None and application.is_blueprint else []:
        name, value = argument.field("name"), argument.field("value")
        if argument.kind() == "dictionary_splat" or (name is not None and name.text() == "url_prefix"):
            prefix = string_value(value)
            if prefix is None:
                words = "works out its url_prefix, so that a test cannot know where the route is: write it out"
                raise Refused(source.place(argument, words))
            return prefix.rstrip("/")
    return ""
