"""Requests that the App signs itself, as no installation of it could.

https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/authenticating-as-a-github-app
"""

from githubkit import AppAuthStrategy
from jwt.exceptions import PyJWTError

from app.adapters.github.connection import Answer, Connection, Request
from app.errors import RepoError


class AsApp:
    """One App on one GitHub."""

    def __init__(self, connection: Connection, *, app_id: int, private_key: str) -> None:
        self._connection = connection
        self._auth = AppAuthStrategy(app_id, private_key)

    def send(self, request: Request) -> Answer:
        """Send once.

        Raises:
            RepoError: the private key is none.
            TransientError: no answer came, or none that HTTP can read.
        """
        try:
            return self._connection.send(self._auth, request)
        except (PyJWTError, ValueError, TypeError) as error:
            raise RepoError(
                "The App's private key cannot sign: give ACS the .pem file that GitHub made for this App, unchanged"
            ) from error
