"""The catcher's web server: four pages, two files, one button."""

from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

from portal.mailcatcher import pages
from portal.mailcatcher.box import Box

ASSETS = Path(__file__).parent / "assets"
KINDS = {"catcher.css": "text/css", "catcher.js": "text/javascript", "mark.svg": "image/svg+xml"}
HERE = frozenset({"localhost", "127.0.0.1", "::1"})
ANYWHERE = frozenset({"", "0.0.0.0", "::"})  # noqa: S104  what may be asked for
HTML = "text/html; charset=utf-8"
OUR_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; frame-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
# Emails bring styles of their own and must never bring scripts.
MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; frame-ancestors 'self'; "
    "base-uri 'none'; sandbox allow-popups allow-popups-to-escape-sandbox"
)


class CatcherHandler(BaseHTTPRequestHandler):
    """Answers one request from the box."""

    box: Box
    names: frozenset[str] = HERE  # none: any
    server_version = "mailcatcher"
    sys_version = ""

    def do_GET(self) -> None:
        """Show a page or a file."""
        if not self._called_by_name():
            self._send(pages.not_found_page(), status=HTTPStatus.MISDIRECTED_REQUEST)
            return
        match self.path.partition("?")[0].strip("/").split("/"):
            case [""]:
                self._send(pages.list_page(self.box))
            case ["mail", name]:
                self._send_mail(name, pages.mail_page)
            case ["mail", name, "html"]:
                self._send_mail(name, pages.html_page, policy=MAIL_POLICY)
            case ["assets", name] if name in KINDS:
                self._send((ASSETS / name).read_text(encoding="utf-8"), kind=f"{KINDS[name]}; charset=utf-8")
            case _:
                self._send(pages.not_found_page(), status=HTTPStatus.NOT_FOUND)

    do_HEAD = do_GET  # noqa: N815  http.server's name

    def do_POST(self) -> None:
        """Empty the box, when asked by our own page."""
        if self.path != "/clear" or not self._called_by_name() or not self._from_our_page():
            self._send(pages.not_found_page(), status=HTTPStatus.NOT_FOUND)
            return
        self.box.clear()
        self.send_response(HTTPStatus.SEE_OTHER)
        self.send_header("Location", "/")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _called_by_name(self) -> bool:
        # A stranger's name that leads here would let the stranger's page read the mail.
        try:
            name = urlsplit(f"//{self.headers.get('Host', '')}").hostname
        except ValueError:
            return False
        return not self.names or name in self.names

    def _from_our_page(self) -> bool:
        site = self.headers.get("Sec-Fetch-Site")
        if site is not None:
            return site == "same-origin"
        return self.headers.get("Origin") == f"http://{self.headers.get('Host')}"

    def log_message(self, *_words: object) -> None:
        """Nothing: the portal's own lines are what a developer wants to read."""

    def _send_mail(self, name: str, page: Callable[..., str], *, policy: str = OUR_POLICY) -> None:
        caught = self.box.get(name)
        if caught is None:
            self._send(pages.not_found_page(), status=HTTPStatus.NOT_FOUND)
        else:
            self._send(page(caught), policy=policy)

    def _send(
        self, words: str, *, status: HTTPStatus = HTTPStatus.OK, kind: str = HTML, policy: str = OUR_POLICY
    ) -> None:
        content = words.encode()
        self.send_response(status)
        for name, value in (
            ("Content-Type", kind),
            ("Content-Length", str(len(content))),
            ("Content-Security-Policy", policy),
            ("X-Content-Type-Options", "nosniff"),
            ("Referrer-Policy", "same-origin"),
            ("Cache-Control", "no-store"),
        ):
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)


def web_server(box: Box, *, host: str, port: int) -> ThreadingHTTPServer:
    """A web server that has not been started yet."""
    names = frozenset() if host in ANYWHERE else HERE | {host.lower()}
    handler = type("Handler", (CatcherHandler,), {"box": box, "names": names})
    return ThreadingHTTPServer((host, port), handler)
