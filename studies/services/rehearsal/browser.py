"""A reader's browser, as far as a server can tell: cookies, one kept connection, and a network that fails."""

from __future__ import annotations

import contextlib
import http.client
import json
import secrets
import ssl
import string
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

TIMEOUT_S = 60.0
CSRF_COOKIES, CSRF_LENGTH = ("csrftoken", "__Host-csrftoken"), 32  # the second is production's
_GONE = (http.client.HTTPException, OSError)


@dataclass(frozen=True)
class Reply:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        """Return the body as JSON; an empty object for what is none."""
        try:
            return json.loads(self.body)
        except ValueError:
            return {}

    @property
    def location(self) -> str:
        """Where it leads to: a path, or nothing."""
        return urlsplit(self.headers.get("location", "")).path


@dataclass
class Browser:
    """Asks one server, under the cookies that it was given.

    Args:
        base: address of the site, such as `http://127.0.0.1:8000`.
        host: the name under which the site knows itself, where that is not the address's.
        cookies: by name; sign-in adds its own.
        sitting: token of the sitting on this device, once one is open.
        timeout_s: how long it waits for each answer.
    """

    base: str
    host: str = ""
    cookies: dict[str, str] = field(default_factory=dict)
    sitting: str = ""
    timeout_s: float = TIMEOUT_S
    _connection: http.client.HTTPConnection | None = None

    def __post_init__(self) -> None:
        # The server compares cookie and header; who makes the secret does not matter to it.
        letters = string.ascii_letters + string.digits
        secret = "".join(secrets.choice(letters) for _ in range(CSRF_LENGTH))
        for name in CSRF_COOKIES:
            self.cookies.setdefault(name, secret)

    def twin(self) -> Browser:
        """Return a second tab: the same cookies, a connection of its own."""
        return Browser(self.base, self.host, dict(self.cookies), self.sitting, self.timeout_s)

    def get(self, path: str) -> Reply:
        """GET, as a script."""
        return self._ask("GET", path, None, "application/json")

    def put(self, path: str, body: Any, *, version: int | None = None) -> Reply:
        """PUT JSON; with a version only in place of that one."""
        match = {} if version is None else {"If-Match": f'"{version}"'}
        return self._ask("PUT", path, json.dumps(body).encode(), "application/json", match)

    def send(self, path: str, body: Any) -> Reply:
        """POST JSON."""
        return self._ask("POST", path, json.dumps(body).encode(), "application/json")

    def form(self, path: str, fields: list[tuple[str, str]]) -> Reply:
        """POST a form, as a page does."""
        return self._ask("POST", path, urlencode(fields).encode(), "application/x-www-form-urlencoded")

    def put_and_vanish(self, path: str, body: Any, *, share: float) -> None:
        """PUT JSON and drop the connection without reading the reply.

        Args:
            path: where.
            body: what.
            share: of the body that is sent; below 1 the request is cut off, at 1 the reply is lost.
        """
        raw = json.dumps(body).encode()
        connection = self._open()
        with contextlib.suppress(*_GONE):
            connection.putrequest("PUT", path, skip_host=True)
            for name, value in self._headers("application/json").items():
                connection.putheader(name, value)
            connection.putheader("Content-Length", str(len(raw)))
            connection.endheaders(raw[: max(1, int(len(raw) * share))])
        connection.close()

    def close(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _ask(
        self, method: str, path: str, body: bytes | None, kind: str, more: dict[str, str] | None = None
    ) -> Reply:
        headers = self._headers(kind) | (more or {})
        try:
            return self._once(method, path, body, headers)
        except _GONE:  # a kept connection may have been closed by the server; a second loss is told
            self.close()
            return self._once(method, path, body, headers)

    def _once(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Reply:
        if self._connection is None:
            self._connection = self._open()
        self._connection.request(method, path, body=body, headers=headers)
        came = self._connection.getresponse()
        raw = came.read()
        for name, value in came.getheaders():
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                same = CSRF_COOKIES if key.strip() in CSRF_COOKIES else (key.strip(),)
                self.cookies |= dict.fromkeys(same, rest.partition(";")[0].strip('"'))
        return Reply(came.status, {name.lower(): value for name, value in came.getheaders()}, raw)

    def _open(self) -> http.client.HTTPConnection:
        parts = urlsplit(self.base)
        if parts.scheme == "https":
            context = ssl.create_default_context()
            return http.client.HTTPSConnection(parts.netloc, timeout=self.timeout_s, context=context)
        return http.client.HTTPConnection(parts.netloc, timeout=self.timeout_s)

    def _headers(self, kind: str) -> dict[str, str]:
        parts = urlsplit(self.base)
        host = self.host or parts.netloc
        return {
            "Host": host,
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "X-CSRFToken": self.cookies[CSRF_COOKIES[0]],
            "X-Sitting": self.sitting,
            # A local server behind no proxy is asked as the proxy would ask it.
            "X-Forwarded-Proto": "https",
            "Referer": f"https://{host}/",
            "Content-Type": kind,
            "Accept": "application/json",
            "User-Agent": "mambo-reader rehearsal",
        }
