"""The portal's own emails."""

import socket

from portal.practice import emails


def test_an_email_fetches_nothing_from_elsewhere_while_it_is_prepared(practitioner, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as elsewhere:
        elsewhere.settimeout(0.2)
        page = f'<link rel="stylesheet" href="http://127.0.0.1:{elsewhere.getsockname()[1]}/a.css"><p>Hello</p>'
        monkeypatch.setattr(emails, "render_to_string", lambda *_: page)
        assert "Hello" in emails.password_email(practitioner).alternatives[0].content
        try:
            asked = bool(elsewhere.accept())
        except TimeoutError:
            asked = False
    assert not asked
