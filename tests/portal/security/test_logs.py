"""Whoever reads a log cannot open a client's form."""

import logging

import pytest
from django.test import Client as Browser

from portal.security.logs import TokenFreeFormatter, without_tokens

TOKEN = "wf40z5OiWmQN1dDOroBOuY5K9GOAylAEj68gncKaK0M"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (f"Not Found: /screening/{TOKEN}/", "Not Found: /screening/…/"),
        (f'"GET /follow-up/{TOKEN}/?a=1 HTTP/1.1" 404 179', '"GET /follow-up/…/?a=1 HTTP/1.1" 404 179'),
        (f"https://portal.example/screening/{TOKEN}", "https://portal.example/screening/…"),
        ("Not Found: /screening/short-typo", "Not Found: /screening/…"),
        (f"/admin/password/{TOKEN}/", "/admin/password/…/"),
        ("GET /admin/treatments/screening/12/review/", "GET /admin/treatments/screening/12/review/"),
        ("GET /admin/treatments/screening/send/?client=3", "GET /admin/treatments/screening/send/?client=3"),
        ("GET /static/portal/theme.3f2a1b4c5d6e.css", "GET /static/portal/theme.3f2a1b4c5d6e.css"),
    ],
)
def test_tokens_become_an_ellipsis_and_the_rest_stays(line, expected):
    assert without_tokens(line) == expected


def test_a_traceback_is_cleaned_too():
    fault = ValueError(f"/screening/{TOKEN}/")
    record = logging.LogRecord("a", 40, "b", 1, "broken", None, (ValueError, fault, None))
    assert TOKEN not in TokenFreeFormatter().format(record)


@pytest.mark.parametrize(
    "quoted",
    [
        'LINE 1: ...VALUES (1, E\'{"rash": "yes"\n      ^\nDETAIL:  not text.\nCONTEXT:  JSON data: {"rash": "yes"',
        "DETAIL:  Failing row contains (1, rash,\n\nrash).",
    ],
)
def test_a_row_that_the_database_quotes_is_left_out(quoted):
    refused, above = ValueError(f"check constraint fails\n{quoted}"), ValueError("above")
    above.__cause__ = refused
    record = logging.LogRecord("a", 40, "b", 1, "broken", None, (ValueError, above, None))
    line = TokenFreeFormatter().format(record)
    assert ("rash" in line, "check constraint fails" in line, line.endswith("ValueError: above")) == (False, True, True)


@pytest.mark.parametrize("path", ["screening", "follow-up", "nowhere"])
def test_an_unknown_link_is_logged_without_its_token(db, settings, path, caplog):
    formatter = settings.LOGGING["formatters"]["line"]["()"]
    with caplog.at_level("INFO"):
        Browser().get(f"/{path}/{TOKEN}/")
    shown = [TokenFreeFormatter().format(record) for record in caplog.records]
    assert (formatter, [line for line in shown if TOKEN in line]) == ("portal.security.logs.TokenFreeFormatter", [])
