"""The wire to a model's server: however long it talks, only so many bytes are read."""

from collections.abc import Iterator

import httpx2

MIB = 1024**2
LONGEST_ANSWER_BYTES = 48 * MIB  # 128,000 tokens, an event of 300 bytes for each
LONGEST_FAILURE_BYTES = 64 * 1024


class TooLarge(Exception):
    """The server sent more than anything that was asked for can need."""


class BoundedTransport(httpx2.BaseTransport):
    """Sends through another transport; nothing compressed is asked for or read, so that a byte stays a byte."""

    def __init__(self, inner: httpx2.BaseTransport, *, most_bytes: int = LONGEST_ANSWER_BYTES) -> None:
        self._inner = inner
        self._most_bytes = most_bytes

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        request.headers["Accept-Encoding"] = "identity"
        response = self._inner.handle_request(request)
        if response.headers.get("Content-Encoding", "identity") != "identity":
            response.close()
            raise httpx2.DecodingError("the answer is compressed, which was not asked for", request=request)
        if isinstance(response.stream, httpx2.SyncByteStream):
            most = self._most_bytes if response.is_success else min(LONGEST_FAILURE_BYTES, self._most_bytes)
            response.stream = _Bounded(response.stream, most)
        return response

    def close(self) -> None:
        self._inner.close()


class _Bounded(httpx2.SyncByteStream):
    def __init__(self, inner: httpx2.SyncByteStream, most_bytes: int) -> None:
        self._inner = inner
        self._left = most_bytes

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._inner:
            self._left -= len(chunk)
            if self._left < 0:
                raise TooLarge("the answer has more bytes than it may have")
            yield chunk

    def close(self) -> None:
        self._inner.close()
