"""The same command on PostgreSQL, Redis and a mail server: for trying out, and with production's settings."""

import os
import signal
import subprocess
import sys
import urllib.request

import psycopg
import pytest

import dev
from portal.mailcatcher.box import Box
from portal.mailcatcher.smtp import mail_server
from tests.journeys.site import PATIENCE, PATIENCE_TO_START, ROOT, wait_for
from tests.portal.runner.test_run import processes_of
from tests.servers import spare_port

pytestmark = pytest.mark.servers


def ready(port: int, host: str) -> bool:
    request = urllib.request.Request(f"http://127.0.0.1:{port}/readyz", headers={"Host": host})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status == 200
    except OSError:
        return False


def test_production_runs_and_stops(tmp_path, postgresql_url, redis_url):
    port = spare_port()
    servers = {"DATABASE_URL": postgresql_url, "CELERY_BROKER_URL": redis_url}
    environment = os.environ | dev.production() | servers | {"WEB_PORT": str(port), "VAR_DIR": str(tmp_path)}
    with (tmp_path / "output.txt").open("w") as output:
        portal = subprocess.Popen(
            [sys.executable, "manage.py", "run"], cwd=ROOT, env=environment, stdout=output, stderr=output
        )
    try:
        wait_for(
            lambda: portal.poll() is not None or ready(port, "portal.example.org"),
            seconds=PATIENCE_TO_START,
            what="the portal",
        )
        names = " ".join(processes_of(tmp_path).values())
        portal.send_signal(signal.SIGTERM)
        assert portal.wait(timeout=PATIENCE) == 0, (tmp_path / "output.txt").read_text()
    finally:
        portal.kill()
    assert ("gunicorn portal.wsgi" in names, "mailcatcher" in names, "valkey" in names) == (True, False, False)
    assert processes_of(tmp_path) == {}


@pytest.fixture
def inbox(tmp_path):
    """A mail server of our own: its port and what it took."""
    box, port = Box(tmp_path / "inbox"), spare_port()
    server = mail_server(box, host="127.0.0.1", port=port)
    server.start()
    yield port, box
    server.stop()


@pytest.fixture
def trying_out(tmp_path, postgresql_url, redis_url, inbox):
    """A developer's settings, told three addresses."""
    told = {"DATABASE_URL": postgresql_url, "CELERY_BROKER_URL": redis_url, "EMAIL_URL": f"smtp://127.0.0.1:{inbox[0]}"}
    told |= {"DJANGO_SETTINGS_MODULE": "portal.settings.dev", "WEB_PORT": str(spare_port()), "VAR_DIR": str(tmp_path)}
    return os.environ | told | {"TICK_SECONDS": "1"}


def new_clinic(environment: dict[str, str], email: str) -> None:
    words = ["--name", f"Studio of {email}", "--country", "GB", "--phone", "020 7946 0000", "--owner-name", "Ann"]
    subprocess.run(
        [sys.executable, "manage.py", "create_clinic", *words, "--owner-email", email],
        cwd=ROOT,
        env=environment,
        check=True,
        capture_output=True,
    )


def receivers(box: Box) -> list[str]:
    return [box.get(name).header("To") for name in box.names()]


def people_in(address: str) -> set[str]:
    with psycopg.connect(address) as database:
        return {email for (email,) in database.execute("SELECT email FROM portal_user")}


def test_three_addresses_are_enough_to_try_it_on_servers_and_bring_no_known_sign_in(
    trying_out, tmp_path, inbox, postgresql_url
):
    owner, port = f"ann{spare_port()}@clinic.example", int(trying_out["WEB_PORT"])
    with (tmp_path / "output.txt").open("w") as output:
        portal = subprocess.Popen(
            [sys.executable, "manage.py", "run"], cwd=ROOT, env=trying_out, stdout=output, stderr=output
        )
    try:
        wait_for(
            lambda: portal.poll() is not None or ready(port, "localhost"), seconds=PATIENCE_TO_START, what="the portal"
        )
        new_clinic(trying_out, owner)
        wait_for(lambda: owner in receivers(inbox[1]), what="the owner's email")
        portal.send_signal(signal.SIGTERM)
        assert portal.wait(timeout=PATIENCE) == 0, (tmp_path / "output.txt").read_text()
    finally:
        portal.kill()
    people = people_in(postgresql_url)
    assert (owner in people, "maya@linden.example" in people) == (True, False)
    assert "needle-and-linden" not in (tmp_path / "output.txt").read_text()
