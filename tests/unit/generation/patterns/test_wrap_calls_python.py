"""Calls in Python: a time-out by an argument where nothing is awaited, one from outside where something is."""

import pytest

from tests.unit.generation.patterns.asking import after, changed, left_alone, refused

GET = "requests.get"


def wrapped(code: str, function: str = GET) -> str:
    files = {"shop/__init__.py": "", "shop/a.py": code}
    return changed(files, "wrap-calls", function=function, paths=["shop"])["shop/a.py"]


def skipped(code: str, function: str = GET) -> list[str]:
    files = {"shop/__init__.py": "", "shop/a.py": code}
    return left_alone(files, "wrap-calls", function=function, paths=["shop"])


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        pytest.param(
            "a = requests.get(u)",
            "a = with_retry(lambda: requests.get(u, timeout=5.0), attempts=3, backoff=0.2)",
            id="kept",
        ),
        pytest.param(
            "requests.get(u)", "with_retry(lambda: requests.get(u, timeout=5.0), attempts=3, backoff=0.2)", id="alone"
        ),
        pytest.param(
            "requests.get(u, timeout=1)",
            "with_retry(lambda: requests.get(u, timeout=1), attempts=3, backoff=0.2)",
            id="with a time-out of its own",
        ),
        pytest.param(
            "requests.get(u, **o)",
            "with_retry(lambda: requests.get(u, **o), attempts=3, backoff=0.2)",
            id="with options from elsewhere",
        ),
        pytest.param(
            "b = requests.get(u, headers=headers).json()[0]['rate']",
            "b = with_retry(\n    lambda: requests.get(u, headers=headers, timeout=5.0),\n"
            "    attempts=3,\n    backoff=0.2,\n"
            ").json()[0]['rate']",
            id="too long for one line",
        ),
        pytest.param(
            "requests.get(\n    u,  # a comment\n)",
            "with_retry(lambda: requests.get(\n    u,\n    timeout=5.0,  # a comment\n), attempts=3, backoff=0.2)",
            id="over several lines",
        ),
        pytest.param(
            "requests.get(json.dumps(u))",
            "with_retry(lambda: requests.get(json.dumps(u), timeout=5.0), attempts=3, backoff=0.2)",
            id="an argument that only computes",
        ),
    ],
)
def test_a_call_that_waits_itself_is_wrapped_with_a_timeout_argument(call: str, expected: str) -> None:
    assert wrapped(f"import requests\n\n{call}\n") == (
        f"import requests\n\nfrom shop.retry import with_retry\n\n{expected}\n"
    )


@pytest.mark.parametrize(
    ("code", "why"),
    [
        pytest.param(
            "requests.get(make())",
            "an argument calls make, which every attempt would call again: do that in a line before",
            id="an argument that calls",
        ),
        pytest.param(
            "requests.get(x := u)",
            "an argument assigns something, again with every attempt: do that in a line before",
            id="an argument that assigns",
        ),
        pytest.param(
            "requests.get(u for u in v)", "takes a generator expression as its only argument", id="a generator"
        ),
        pytest.param(
            "class A: x = requests.get(u)",
            "is in the body of a class, whose names a lambda does not see",
            id="in the body of a class",
        ),
        pytest.param(
            "async def f(): requests.get(u)",
            "is not awaited in an async function, where a pause would hold up everything else",
            id="in an async function",
        ),
        pytest.param(
            "def f(requests): requests.get(u)", "requests is another one here, bound in line 2", id="a parameter"
        ),
        pytest.param(
            "def f():\n  requests = 1\n  requests.get(u)", "requests is another one here, bound in line 3", id="local"
        ),
        pytest.param("with_retry(lambda: requests.get(u))", "is inside a retry already", id="wrapped already"),
        pytest.param("@requests.get(u)\ndef f(): pass", "is part of a decorator", id="in a decorator"),
    ],
)
def test_a_call_that_would_mean_something_else_is_left_alone_with_its_reason(code: str, why: str) -> None:
    assert [place.partition(": ")[2] for place in skipped(f"import requests\n{code}\n")] == [why]


def test_a_call_that_is_awaited_gets_its_timeout_from_outside() -> None:
    code = "async def f(client):\n    return await client.send(1)\n"

    assert wrapped(code, "client.send") == (
        "from shop.retry import with_retry_async\n\n\n"
        "async def f(client):\n"
        "    return await with_retry_async(\n"
        "        lambda: client.send(1),\n        attempts=3,\n        timeout=5.0,\n        backoff=0.2,\n    )\n"
    )


def test_a_coroutine_that_is_not_awaited_is_left_alone() -> None:
    code = "async def f():\n    await send(1)\n    return gather(send(2))\n"

    content = wrapped(code, "send")

    assert content.count("with_retry_async(") == 1
    assert "gather(send(2))" in content


def test_a_file_that_waits_with_something_other_than_asyncio_is_left_alone() -> None:
    code = "import trio\nasync def f():\n    await send(1)\n"

    assert skipped(code, "send") == ["shop/a.py:3: the file uses trio, and the retry module works with asyncio"]


def test_a_function_whose_timeout_nobody_knows_needs_it_named() -> None:
    files = {"shop/__init__.py": "", "shop/a.py": "import db\ndb.query(1)\n"}

    assert refused(files, "wrap-calls", function="db.query", paths=["shop"]) == [
        "shop/a.py:2: is not awaited, and Python cannot stop such a call from outside: name in timeout_argument the "
        "keyword argument that takes its time-out in seconds"
    ]
    content = changed(files, "wrap-calls", function="db.query", paths=["shop"], timeout_argument="deadline")[
        "shop/a.py"
    ]
    assert "with_retry(lambda: db.query(1, deadline=5.0), attempts=3, backoff=0.2)" in content


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        pytest.param(
            '"""Words."""\n\nx = get(1)\n', '"""Words."""\n\nfrom shop.retry import with_retry\n\n', id="docstring"
        ),
        pytest.param(
            "from shop.money import cents\n\nx = get(1)\n",
            "from shop.money import cents\nfrom shop.retry import with_retry\n\n",
            id="beside its own package",
        ),
        pytest.param(
            "from __future__ import annotations\n\nx = get(1)\n",
            "from __future__ import annotations\n\nfrom shop.retry import with_retry\n\n",
            id="below a future import",
        ),
        pytest.param("x = get(1)\n", "from shop.retry import with_retry\n\n\n", id="above everything"),
    ],
)
def test_the_import_stands_where_imports_stand(before: str, expected: str) -> None:
    files = {"shop/__init__.py": "", "shop/a.py": before}

    content = changed(files, "wrap-calls", function="get", paths=["shop"], timeout_argument="timeout")["shop/a.py"]

    assert content.startswith(expected)


def test_wrapping_twice_changes_nothing() -> None:
    files = {"shop/__init__.py": "", "shop/a.py": "import requests\nrequests.get(u)\n"}
    once = changed(files, "wrap-calls", function=GET, paths=["shop"])

    assert left_alone(after(files, once), "wrap-calls", function=GET, paths=["shop"]) == [
        "shop/a.py:4: is inside a retry already"
    ]


def test_the_module_goes_into_the_package_and_its_tests_to_the_others() -> None:
    files = {"src/shop/__init__.py": "", "src/shop/in/__init__.py": "", "src/shop/in/a.py": "requests.get(u)\n"}

    made = changed({**files, "tests/test_x.py": ""}, "wrap-calls", function=GET, paths=["src"])

    assert list(made) == ["src/shop/in/a.py", "src/shop/retry.py", "docs/retry.md", "tests/test_retry.py"]
    assert "from shop.retry import with_retry\n" in made["tests/test_retry.py"]


def test_files_of_two_packages_need_a_place_for_the_module() -> None:
    files = {"a/__init__.py": "", "a/x.py": "requests.get(u)\n", "b/__init__.py": "", "b/y.py": "requests.get(u)\n"}

    assert refused(files, "wrap-calls", function=GET, paths=["a", "b"]) == [
        "a, b: are not in one package: say in the parameter module where the retry module goes"
    ]
    assert (
        "from a.again import with_retry"
        in changed(files, "wrap-calls", function=GET, paths=["a", "b"], module="a/again")["b/y.py"]
    )
