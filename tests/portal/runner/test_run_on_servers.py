"""The same command on PostgreSQL and Redis, with production's settings."""

import os
import signal
import subprocess
import sys
import urllib.request

import pytest

import dev
from tests.journeys.site import ROOT, wait_for
from tests.portal.runner.test_run import processes_of
from tests.servers import spare_port

pytestmark = pytest.mark.servers


def ready(port: int) -> bool:
    request = urllib.request.Request(f"http://127.0.0.1:{port}/readyz", headers={"Host": "portal.example.org"})
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
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
        wait_for(lambda: portal.poll() is not None or ready(port), seconds=120, what="the portal")
        names = " ".join(processes_of(tmp_path).values())
        portal.send_signal(signal.SIGTERM)
        assert portal.wait(timeout=40) == 0, (tmp_path / "output.txt").read_text()
    finally:
        portal.kill()
    assert ("gunicorn portal.wsgi" in names, "mailcatcher" in names, "valkey" in names) == (True, False, False)
    assert processes_of(tmp_path) == {}
