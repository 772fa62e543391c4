"""The mail server's side: takes whatever comes and puts it into the box."""

import logging

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from portal.mailcatcher.box import Box

LARGEST = 25_000_000


class IntoTheBox:
    """What aiosmtpd calls for each email."""

    def __init__(self, box: Box) -> None:
        self.box = box

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802  its name
        """Keep the email and say so."""
        content = envelope.content
        self.box.put(content if isinstance(content, bytes) else (content or "").encode())
        return "250 OK"


def mail_server(box: Box, *, host: str, port: int) -> Controller:
    """A mail server that has not been started yet."""
    logging.getLogger("mail.log").setLevel(logging.ERROR)  # below that, aiosmtpd's lines hold addresses
    return Controller(IntoTheBox(box), hostname=host, port=port, data_size_limit=LARGEST, ready_timeout=10)
