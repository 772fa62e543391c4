"""What the catcher's web pages say: finished HTML from the box."""

import re
from email.utils import parsedate_to_datetime
from pathlib import Path

from django.template import Context, Engine
from django.utils.html import format_html, format_html_join

from portal.mailcatcher.box import Box, Caught

LINK = re.compile(r"(https?://[^\s<>\"]+[^\s<>\".,;:!?)\]'])")
SHOWN_HEADERS = ("From", "To", "Reply-To", "Subject", "Date", "Message-ID")
ENGINE = Engine(dirs=[str(Path(__file__).parent / "templates")])


def list_page(box: Box) -> str:
    """Every kept email, newest first."""
    mails = [caught for name in box.names() if (caught := box.get(name))]
    rows = [
        {"name": m.name, "to": m.header("To"), "subject": m.header("Subject") or "(no subject)", "date": when(m)}
        for m in mails
    ]
    return _page("list.html", mails=rows, count=str(len(rows)))


def mail_page(caught: Caught) -> str:
    """One email: its headers, its plain words with links to click, and a frame for its formatted words."""
    headers = [(name, caught.header(name)) for name in SHOWN_HEADERS if caught.header(name)]
    return _page(
        "mail.html",
        name=caught.name,
        subject=caught.header("Subject") or "(no subject)",
        headers=headers,
        others=[(name, str(value)) for name, value in caught.message.items() if name not in SHOWN_HEADERS],
        text=with_links(caught.text),
        html=bool(caught.html),
    )


def html_page(caught: Caught) -> str:
    """The formatted words alone; links open in a new tab, since the portal refuses to be framed."""
    return f'<base target="_blank">{caught.html}'


def not_found_page() -> str:
    """For emails that are gone and addresses that never were."""
    return _page("gone.html")


def with_links(text: str) -> str:
    """Plain words, escaped, with their web addresses as links."""
    parts = LINK.split(text)
    return format_html_join("", "{}", ((_word(part, link=place % 2 == 1),) for place, part in enumerate(parts)))


def when(caught: Caught) -> str:
    """The email's date in plain form, or its own words when it cannot be read."""
    words = caught.header("Date")
    try:
        return f"{parsedate_to_datetime(words).astimezone():%d %b %Y, %H:%M:%S}"
    except ValueError:
        return words


def _word(part: str, *, link: bool) -> str:
    return format_html('<a href="{}">{}</a>', part, part) if link else part


def _page(template: str, **facts: object) -> str:
    return ENGINE.get_template(f"mailcatcher/{template}").render(Context(facts))
