"""What a program says when its environment is odd, and what production looks like."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import dev

ROOT = Path(__file__).resolve().parents[3]
PRODUCTION = dev.production()


def outcome(command: list[str], environment: dict[str, str]) -> tuple[int, str]:
    """A program's exit code and everything it printed, in exactly this environment."""
    done = subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"]} | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    return done.returncode, (done.stdout + done.stderr).strip()


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (["manage.py", "run"], 1),
        (["manage.py", "check"], 1),
        (["-m", "celery", "-A", "portal.celery", "worker"], 1),
        (
            [
                "-m",
                "gunicorn",
                "portal.wsgi",
                "--bind",
                "127.0.0.1:0",
                "--no-control-socket",
                "--log-level",
                "critical",
            ],
            3,
        ),
    ],
)
def test_a_missing_variable_is_one_sentence_and_no_traceback(command, code):
    environment = {name: value for name, value in PRODUCTION.items() if name != "DATABASE_URL"}
    found, words = outcome(command, environment)
    assert (found, "Collagenda cannot start: DATABASE_URL is not set." in words, "Traceback" in words) == (
        code,
        True,
        False,
    )


@pytest.mark.parametrize(
    "name", ["SECRET_KEY", "BASE_URL", "DATABASE_URL", "CELERY_BROKER_URL", "EMAIL_URL", "FROM_EMAIL"]
)
def test_production_has_no_default_for(name):
    environment = {other: value for other, value in PRODUCTION.items() if other != name}
    assert outcome(["-c", "import portal.wsgi"], environment) == (
        3,
        f"Collagenda cannot start: {name} is not set. Set it in the environment; .env.example explains each variable.",
    )


def test_production_passes_the_deployment_checks():
    code, words = outcome(["manage.py", "check", "--deploy", "--fail-level", "WARNING"], PRODUCTION)
    assert (code, words) == (0, "System check identified no issues (0 silenced).")


def test_development_follows_its_ports():
    ask = "from django.conf import settings as s; print(s.BASE_URL, s.EMAIL_PORT, s.EMBEDDED_BROKER, s.EMBEDDED_MAIL)"
    environment = {"DJANGO_SETTINGS_MODULE": "portal.settings.dev", "WEB_PORT": "8111", "MAIL_PORT": "8222"}
    assert outcome(["-c", ask], environment) == (0, "http://localhost:8111 8222 True True")


def test_development_uses_the_servers_it_is_given():
    ask = "from django.conf import settings as s; print(s.EMBEDDED_BROKER, s.EMBEDDED_MAIL, s.EMAIL_HOST, s.DEMO)"
    environment = PRODUCTION | {"DJANGO_SETTINGS_MODULE": "portal.settings.dev"}
    assert outcome(["-c", ask], environment) == (0, "False False mail.example.org False")


def test_every_variable_of_the_settings_is_explained():
    explained = (ROOT / ".env.example").read_text()
    asked = [*PRODUCTION, "TICK_SECONDS", "VAR_DIR", "WEB_PORT", "MAIL_PORT", "MAIL_WEB_PORT", "IDLE_SIGN_OUT_SECONDS"]
    asked += ["MAIL_CONNECTIONS", "MAIL_RENEW_AFTER", "MAIL_RENEW_SECONDS", "MAIL_PER_MINUTE", "MAIL_DOMAIN_PER_MINUTE"]
    asked.remove("DJANGO_SETTINGS_MODULE")
    assert [name for name in asked if f"\n{name}=" not in explained] == []
