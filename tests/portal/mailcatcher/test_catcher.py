"""The catcher as a mail program and a browser meet it."""

import logging
import smtplib
import urllib.error
import urllib.request
from email.message import EmailMessage
from threading import Thread

import pytest

from portal.mailcatcher.box import Box
from portal.mailcatcher.smtp import mail_server
from portal.mailcatcher.web import HERE, web_server
from tests.servers import spare_port


@pytest.fixture
def box(tmp_path):
    return Box(tmp_path / "mail")


@pytest.fixture
def site(box):
    """The catcher's web address."""
    with web_server(box, host="127.0.0.1", port=0) as pages:
        Thread(target=pages.serve_forever, args=(0.05,), daemon=True).start()
        yield f"http://127.0.0.1:{pages.server_address[1]}"
        pages.shutdown()


def mail(**headers: str) -> EmailMessage:
    message = EmailMessage()
    for name, value in (
        {"From": "portal@example.org", "To": "ann@example.org", "Subject": "How is it?"} | headers
    ).items():
        message[name] = value
    message.set_content("Open https://portal.example/follow-up/abc/?a=1&b=2. Thank <you>.")
    message.add_alternative(
        "<p>Hello <script>alert(1)</script><a href='https://portal.example/'>there</a></p>", subtype="html"
    )
    return message


def read(address: str) -> tuple[str, str]:
    """A page's words and its policy."""
    with urllib.request.urlopen(address) as answer:
        return answer.read().decode(), answer.headers["Content-Security-Policy"]


def test_what_is_sent_is_shown(box, site, caplog):
    caplog.set_level(logging.DEBUG)
    port = spare_port()
    catcher = mail_server(box, host="127.0.0.1", port=port)
    catcher.start()
    try:
        with smtplib.SMTP("127.0.0.1", port, timeout=60) as line:
            line.send_message(mail())
    finally:
        catcher.stop()
    words, policy = read(site)
    assert ("How is it?" in words, "ann@example.org" in words, "default-src 'none'" in policy) == (True, True, True)
    assert "example.org" not in caplog.text


def test_links_in_plain_words_can_be_followed(box, site):
    words, _ = read(f"{site}/mail/{box.put(mail().as_bytes())}")
    link = '<a href="https://portal.example/follow-up/abc/?a=1&amp;b=2">https://portal.example/follow-up/abc/?a=1&amp;b=2</a>.'
    assert (link in words, "Thank &lt;you&gt;." in words) == (True, True)


def test_a_subject_cannot_bring_markup(box, site):
    name = box.put(mail(Subject="<script>alert(1)</script>").as_bytes())
    assert ["<script>alert" in read(f"{site}{path}")[0] for path in ("/", f"/mail/{name}")] == [False, False]


def test_the_formatted_words_are_shown_where_no_script_runs(box, site):
    words, policy = read(f"{site}/mail/{box.put(mail().as_bytes())}/html")
    assert ("<a href='https://portal.example/'>there</a>" in words, "sandbox allow-popups" in policy) == (True, True)
    assert ("allow-scripts" in policy, "script-src" in policy, "default-src 'none'" in policy) == (False, False, True)


@pytest.mark.parametrize("path", ["/mail/0", "/mail/../../etc/passwd", "/assets/../web.py", "/nowhere"])
def test_anything_else_is_not_found(site, path):
    with pytest.raises(urllib.error.HTTPError) as answer:
        urllib.request.urlopen(f"{site}{path}")
    assert answer.value.code == 404


def status(address, data=None, **headers):
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        with urllib.request.urlopen(urllib.request.Request(address, data=data, headers=named)) as answer:
            return answer.status
    except urllib.error.HTTPError as refused:
        return refused.code


@pytest.mark.parametrize(
    "headers", [{}, {"Sec_Fetch_Site": "cross-site"}, {"Sec_Fetch_Site": "none"}, {"Origin": "http://evil.example"}]
)
def test_nobody_else_empties_the_box(box, site, headers):
    box.put(mail().as_bytes())
    assert (status(f"{site}/clear", b"", **headers), len(box.names())) == (404, 1)


@pytest.mark.parametrize("by", ["Sec-Fetch-Site", "Origin"])
def test_the_box_is_emptied_by_its_button(box, site, by):
    box.put(mail().as_bytes())
    said = {"Sec-Fetch-Site": "same-origin", "Origin": site}
    assert (status(f"{site}/clear", b"", **{by: said[by]}), box.names()) == (200, [])


@pytest.mark.parametrize(
    ("host", "expected"),
    [("localhost:8026", 200), ("[::1]:8026", 200), ("127.0.0.1", 200), ("evil.example:8026", 421), ("[", 421)],
)
def test_the_catcher_answers_to_its_own_names(site, host, expected):
    assert status(site, Host=host) == expected


def test_a_stranger_s_name_empties_nothing(box, site):
    box.put(mail().as_bytes())
    said = {"Host": "evil.example", "Origin": "http://evil.example"}
    assert (status(f"{site}/clear", b"", **said), len(box.names())) == (404, 1)


@pytest.mark.parametrize(("host", "names"), [("0.0.0.0", set()), ("Box.example", {*HERE, "box.example"})])
def test_the_names_follow_the_host(box, monkeypatch, host, names):
    monkeypatch.setattr("portal.mailcatcher.web.ThreadingHTTPServer", lambda _address, handler: handler)
    assert web_server(box, host=host, port=0).names == names
