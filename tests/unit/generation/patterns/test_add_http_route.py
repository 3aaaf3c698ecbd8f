"""One more route in an Express or Flask application: where it goes, how it is written, and when it is refused."""

import pytest

from app.domain.change import Change
from app.domain.yaml_text import Yaml
from tests.unit.generation.patterns.asking import Files, ask, changed, refused

HEALTH: dict[str, Yaml] = {"path": "/health", "handler": "health", "response": {"status": "ok"}}
EXPRESS = 'import express from "express";\n\nexport const app = express();\n'
FLASK = "from flask import Flask\n\napp = Flask(__name__)\n"


def routed(code: str, file: str = "src/app.js", **parameters: Yaml) -> str:
    """The file with the route that was asked for."""
    return changed({"package.json": "{}", file: code}, "add-http-route", file=file, **{**HEALTH, **parameters})[file]


def made_test(code: str, file: str = "src/app.js", package: str = "{}", **parameters: Yaml) -> str:
    change = ask({"package.json": package, file: code}, "add-http-route", {"file": file, **HEALTH, **parameters})
    assert isinstance(change, Change), change
    return change.tests[0].content


def problems(code: str, file: str = "src/app.js", **parameters: Yaml) -> list[str]:
    return refused({"package.json": "{}", file: code}, "add-http-route", file=file, **{**HEALTH, **parameters})


ROUTE = 'app.get("/health", function health(req, res) {\n  res.json({ status: "ok" });\n});\n'


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        pytest.param(EXPRESS, f"{EXPRESS}\n{ROUTE}", id="the first one"),
        pytest.param(
            f"{EXPRESS}app.use(express.json());\n\napp.use((req, res) => res.sendStatus(404));\n",
            f"{EXPRESS}app.use(express.json());\n\n{ROUTE}\napp.use((req, res) => res.sendStatus(404));\n",
            id="the first one, before what answers the rest",
        ),
        pytest.param(
            f"{EXPRESS}app.use(errorHandler);\n", f"{EXPRESS}\n{ROUTE}app.use(errorHandler);\n", id="before errors"
        ),
        pytest.param(
            f'{EXPRESS}\napp.get("/a", a); // one\n\nlisten();\n',
            f'{EXPRESS}\napp.get("/a", a); // one\n\n{ROUTE}\nlisten();\n',
            id="after the last one and its comment",
        ),
        pytest.param(
            f'{EXPRESS}app.get("/a", a);\napp.post("/b", b);\n',
            f'{EXPRESS}app.get("/a", a);\napp.post("/b", b);\n{ROUTE}',
            id="without empty lines, like the others",
        ),
        pytest.param(
            f'{EXPRESS}app.get("/a", a);\napp.get("*", b);\n',
            f'{EXPRESS}app.get("/a", a);\n\n{ROUTE}app.get("*", b);\n'.replace("a);\n\n", "a);\n"),
            id="before the one that takes everything",
        ),
        pytest.param(
            f'{EXPRESS}app.all("/{{*rest}}", b);\n',
            f'{EXPRESS}{ROUTE}\napp.all("/{{*rest}}", b);\n',
            id="before the only one",
        ),
    ],
)
def test_the_route_goes_after_the_last_one_that_is_reached(before: str, expected: str) -> None:
    assert routed(before) == expected


def test_the_route_is_written_like_the_rest_of_the_file() -> None:
    before = "const { Router } = require('express')\n\nfunction make() {\n"
    before += "\tconst r = Router()\n\tr.get('/a', a)\n\treturn r\n}\n"

    assert routed(before + "exports.make = make\n", status=418, method="put") == (
        "const { Router } = require('express')\n\nfunction make() {\n\tconst r = Router()\n\tr.get('/a', a)\n\n"
        "\tr.put('/health', function health(req, res) {\n\t\tres.status(418).json({ status: 'ok' })\n\t})\n"
        "\treturn r\n}\nexports.make = make\n"
    )


def test_a_long_answer_is_laid_out_over_lines() -> None:
    long: Yaml = {"texts": ["x" * 40, "y" * 40], "a-b": {"__proto__": None}, "empty": [], "n": 1.5}

    assert routed(EXPRESS, response=long).endswith(
        "  res.json({\n"
        f'    texts: [\n      "{"x" * 40}",\n      "{"y" * 40}",\n    ],\n'
        '    "a-b": { ["__proto__"]: null },\n    empty: [],\n    n: 1.5,\n  });\n});\n'
    )


@pytest.mark.parametrize(
    ("code", "parameters", "problem"),
    [
        pytest.param(
            EXPRESS + 'app.get("/Health/", a);\n',
            {},
            "src/app.js:4: answers GET /health already",
            id="a route there is",
        ),
        pytest.param(
            EXPRESS + 'app.all("/health", a);\n', {}, "src/app.js:4: answers GET /health already", id="for all methods"
        ),
        pytest.param(
            EXPRESS + 'app.route("/health").post(a).get(b);\n',
            {},
            "src/app.js:4: answers GET /health already",
            id="in a chain",
        ),
        pytest.param(
            EXPRESS + 'app.get("/:page", a);\n',
            {},
            "src/app.js:4: answers GET /health first, with /:page: change that route instead",
            id="a route that takes it",
        ),
        pytest.param(
            EXPRESS + 'app.get("/a/:x", a);\n',
            {"path": "/a/:y"},
            "src/app.js:4: answers GET /a/:y already",
            id="with another name of the parameter",
        ),
        pytest.param(
            "const express = require('express');\nconst app = express();\n",
            {},
            "src/app.js:2: app is not exported, so no test can reach it: export it first",
            id="an application that nobody can reach",
        ),
        pytest.param(
            EXPRESS + "app.listen(3000);\n",
            {},
            "src/app.js:4: opens a port as soon as a test imports the file: do that in another file, or only when it "
            "is started",
            id="an application that starts itself",
        ),
        pytest.param(
            'import express from "express";\nexport function make(db) {\n  const app = express();\n  return app;\n}\n',
            {},
            "src/app.js:3: is made by a function that a test cannot simply call: "
            "give its parameters defaults and return it",
            id="an application that needs something",
        ),
        pytest.param(
            "const app = other();\n",
            {},
            "src/app.js: creates no Express application or router, with a variable that is given express() or Router()",
            id="another framework",
        ),
        pytest.param(
            EXPRESS,
            {"status": 204},
            "the request: an answer with the status 204 has no body",
            id="an answer without body",
        ),
        pytest.param(
            EXPRESS, {"handler": "class"}, "the request: no function can be called class", id="a reserved word"
        ),
        pytest.param(
            EXPRESS,
            {"path": "/<int:x>"},
            "the request: /<int:x> is a path of Flask: Express writes parameters as :id",
            id="a path of Flask",
        ),
        pytest.param(EXPRESS, {"file": "src/no.js"}, "src/no.js: is not there", id="a file there is not"),
    ],
)
def test_a_route_that_cannot_be_added_is_refused(code: str, parameters: dict[str, Yaml], problem: str) -> None:
    files = {"package.json": "{}", "src/app.js": code}

    assert refused(files, "add-http-route", **{"file": "src/app.js", **HEALTH, **parameters}) == [problem]


def test_of_several_applications_all_are_named_and_one_can_be_chosen() -> None:
    code = EXPRESS + "export const router = express.Router();\n"

    assert problems(code) == [
        "src/app.js:3: app is one of 2: name the right one in the parameter application",
        "src/app.js:4: router is one of 2: name the right one in the parameter application",
    ]
    assert 'router.get("/health"' in routed(code, application="router")


def test_other_methods_settings_and_applications_are_no_routes_of_this_one() -> None:
    code = EXPRESS + 'app.post("/health", a);\napp.get("health");\nother.get("/health", a);\n'

    assert routed(code).count('"/health", function') == 1


def test_a_route_whose_path_is_worked_out_is_pointed_out() -> None:
    change = ask(
        {"package.json": "{}", "src/app.js": EXPRESS + "app.get(PATHS.a, a);\n"},
        "add-http-route",
        {"file": "src/app.js", **HEALTH},
    )

    assert isinstance(change, Change)
    assert "- `src/app.js:4`: works out its path, which nobody compared with the new one" in change.documentation


def test_the_test_asks_over_a_port_of_its_own() -> None:
    assert (
        made_test(EXPRESS, package='{"type": "module"}')
        == """\
import { once } from "node:events";

import { app } from "./app.js";

describe("GET /health", () => {
  test("answers with 200", async () => {
    const server = app.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address();

    try {
      const url = `http://127.0.0.1:${port}/health`;
      const response = await fetch(url, { method: "GET" });

      expect(response.status).toBe(200);
      expect(await response.json()).toEqual({ status: "ok" });
    } finally {
      server.close();
    }
  });
});
"""
    )


def test_the_test_uses_supertest_where_the_repository_has_it() -> None:
    code = "const express = require('express');\n\nconst router = express.Router();\n\nmodule.exports = { router };\n"

    assert (
        made_test(code, package='{"devDependencies": {"supertest": "7"}}', method="post", status=201)
        == """\
const express = require('express');
const request = require('supertest');

const { router } = require('./app');

describe('POST /health', () => {
  test('answers with 201', async () => {
    const response = await request(express().use(router)).post('/health');

    expect(response.status).toBe(201);
    expect(response.body).toEqual({ status: 'ok' });
  });
});
"""
    )


@pytest.mark.parametrize(
    ("code", "imported"),
    [
        pytest.param(
            "const app = express();\nexport default app;\n", 'import app from "./app.js";', id="the default export"
        ),
        pytest.param(
            "const app = express();\nexport { app as service };\n", 'import { service } from "./app.js";', id="as"
        ),
        pytest.param(
            "export default function make() {\n  const app = express();\n  return app;\n}\n",
            'import make from "./app.js";',
            id="a function that makes it",
        ),
        pytest.param(
            "export const make = (db = null) => {\n  const app = express();\n  return app;\n};\n",
            'import { make } from "./app.js";',
            id="a function with defaults",
        ),
    ],
)
def test_the_test_imports_what_the_file_exports(code: str, imported: str) -> None:
    made = made_test(f'import express from "express";\n{code}', package='{"type": "module"}')

    assert imported in made
    assert ("make().listen" in made) == ("make" in imported)


FLASK_ROUTE = '@app.get("/health")\ndef health():\n    return {"status": "ok"}\n'


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        pytest.param(FLASK, f"{FLASK}\n\n{FLASK_ROUTE}", id="the first one"),
        pytest.param(
            f'{FLASK}\n\n@app.get("/a")\ndef a():\n    return ""\n\n\ndef other():\n    pass\n',
            f'{FLASK}\n\n@app.get("/a")\ndef a():\n    return ""\n\n\n{FLASK_ROUTE}\n\ndef other():\n    pass\n',
            id="after the last one",
        ),
        pytest.param(
            f"{FLASK}app.config['x'] = 1\napp.register_blueprint(b)\nif 1:\n    pass\n",
            f"{FLASK}app.config['x'] = 1\napp.register_blueprint(b)\n\n\n{FLASK_ROUTE}\n\nif 1:\n    pass\n".replace(
                '"', "'"
            ),
            id="the first one, after what sets it up",
        ),
    ],
)
def test_a_flask_route_goes_after_the_last_one(before: str, expected: str) -> None:
    assert routed(before, "shop/app.py") == expected


def test_a_flask_route_inside_a_factory_is_indented_and_written_like_the_others() -> None:
    before = (
        "import flask\n\n\ndef create_app(config=None):\n  app = flask.Flask(__name__)\n\n"
        "  @app.route('/a', methods=['POST'])\n  def a():\n    return ''\n\n  return app\n"
    )

    assert routed(before, "app.py", method="post", status=202, path="/a/<int:x>") == before.replace(
        "  return app\n",
        "  @app.route('/a/<int:x>', methods=['POST'])\n  def health(x):\n    return {'status': 'ok'}, 202\n\n"
        "  return app\n",
    )


@pytest.mark.parametrize(
    ("code", "parameters", "problem"),
    [
        pytest.param(
            FLASK + '@app.route("/health")\ndef a(): pass\n',
            {},
            "app.py:4: answers GET /health already",
            id="there is one",
        ),
        pytest.param(
            FLASK + '@app.get("/a/<x>")\ndef a(): pass\n',
            {"path": "/a/<int:y>"},
            "app.py:4: answers GET /a/<int:y> already",
            id="with another parameter",
        ),
        pytest.param(
            FLASK + "health = 1\n",
            {},
            "app.py:4: health means something here already: choose another name",
            id="the name",
        ),
        pytest.param(
            FLASK + "app.run()\n",
            {},
            'app.py:4: starts the service as soon as a test imports the file: do it below if __name__ == "__main__"',
            id="a service that starts itself",
        ),
        pytest.param(
            "from flask import Blueprint\nb = Blueprint('b', __name__, url_prefix=PREFIX)\n",
            {},
            "app.py:2: works out its url_prefix, so that a test cannot know where the route is: write it out",
            id="a prefix that is worked out",
        ),
        pytest.param(
            FLASK,
            {"path": "/:id"},
            "the request: /:id is a path of Express: Flask writes parameters as <id>",
            id="Express",
        ),
        pytest.param(
            "def f(config):\n    from flask import Flask\n",
            {},
            "app.py: creates no Flask application or blueprint, with a variable that is given Flask(…) or Blueprint(…)",
            id="no application",
        ),
    ],
)
def test_a_flask_route_that_cannot_be_added_is_refused(code: str, parameters: dict[str, Yaml], problem: str) -> None:
    assert problems(code, "app.py", **parameters) == [problem]


def test_the_test_of_a_blueprint_knows_its_prefix() -> None:
    code = 'from flask import Blueprint\n\nbp = Blueprint("orders", __name__, url_prefix="/orders")\n'

    assert (
        made_test(code, "src/shop/orders.py", path="/<int:order>/health")
        == """\
from flask import Flask

from orders import bp


def test_health_answers_with_200():
    service = Flask(__name__)
    service.register_blueprint(bp)

    response = service.test_client().get("/orders/1/health")

    assert response.status_code == 200
    assert response.get_json() == {"status": "ok"}
"""
    )


def test_a_route_that_is_there_already_is_not_added_twice() -> None:
    files: Files = {"package.json": "{}", "src/app.js": EXPRESS}
    once = changed(files, "add-http-route", file="src/app.js", **HEALTH)

    assert refused({**files, **once}, "add-http-route", file="src/app.js", **HEALTH) == [
        "src/app.js:5: answers GET /health already"
    ]
