"""A route is added to the one application of a file, with a test of its own, or it is said why it cannot be."""

from app.conversation.quoting import code
from app.domain.recipe import Place
from app.generation.patterns.add_http_route.express import add_to_express
from app.generation.patterns.add_http_route.flask import add_to_flask
from app.generation.patterns.add_http_route.parameters import Parameters
from app.generation.patterns.add_http_route.routed import Routed
from app.generation.patterns.editing import edited
from app.generation.patterns.pattern import Applied, Refused, Work
from app.generation.patterns.source import line_of, read_source
from app.generation.recipes.reserved import RESERVED

_WITHOUT_BODY = (204, 205, 304)


def add_http_route(work: Work) -> Applied:
    """The file with the route, and its test.

    Raises:
        Refused: there is not exactly one application, the route exists, or no test could reach it.
        NotEditable: the file cannot be read as code.
    """
    wanted = Parameters.model_validate(work.parameters)
    if wanted.status in _WITHOUT_BODY:
        raise Refused(Place("the request", None, f"an answer with the status {wanted.status} has no body"))
    if wanted.handler in RESERVED:
        raise Refused(Place("the request", None, f"no function can be called {wanted.handler}"))
    source = read_source(work.base, wanted.file)
    add = add_to_flask if source.language == "python" else add_to_express
    routed = add(source, wanted, work)
    return _applied(routed, wanted)


def _applied(routed: Routed, wanted: Parameters) -> Applied:
    place = Place(routed.source.path, line_of(routed.anchor), f"{wanted.route} follows here")
    return Applied(
        files=(edited(routed.source, routed.edits),),
        tests=(routed.test,),
        title=f"Add the route {wanted.route}",
        summary=(
            f"{code(wanted.route)} answers with the status {wanted.status} and the JSON that was asked for; "
            f"{code(routed.test.path)} holds it to that."
        ),
        edited=(place,),
        skipped=routed.unread,
    )
