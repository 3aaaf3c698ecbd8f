"""A person at the pages of the local GitHub, signed in where a login is given."""

import re
from collections.abc import Generator
from contextlib import contextmanager

import httpx

from tests.contract.local_github.world import World


class Browser:
    """Follows forms as a browser does: with the cookies and the token of the page they stand on."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client

    def see(self, path: str) -> str:
        answer = self._client.get(path)
        assert answer.status_code == 200, answer.text
        return answer.text

    def get(self, path: str) -> httpx.Response:
        return self._client.get(path)

    def submit(self, page: str, path: str, /, **fields: str) -> httpx.Response:
        token = re.search(r'name="form" value="(\w+)"', self.see(page))
        assert token
        return self._client.post(path, data={"form": token[1], **fields})


@contextmanager
def browsing(world: World, login: str = "") -> Generator[Browser]:
    with httpx.Client(
        base_url=world.github.url, follow_redirects=True, trust_env=False, headers={"Accept": "text/html,*/*;q=0.8"}
    ) as client:
        browser = Browser(client)
        if login:
            browser.submit("/", "/act-as", login=login, back="/")
        yield browser
