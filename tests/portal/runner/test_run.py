"""`manage.py run`, for real: everything starts, everything stops, nothing is left behind."""

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from tests.journeys.site import PATIENCE, PATIENCE_TO_START, ROOT, Site, wait_for
from tests.servers import spare_port
from tests.tables import lay_tables


def processes_of(var: Path) -> dict[int, str]:
    """The running programs whose environment names this folder."""
    mark, found = f"VAR_DIR={var}".encode(), {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (folder / "environ").read_bytes().split(b"\0"):
                found[int(folder.name)] = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue  # it ended while we looked
    return {pid: words for pid, words in found.items() if words}


def all_gone(var: Path) -> bool:
    return processes_of(var) == {}


def start(var: Path) -> Site:
    """The portal without its demo, which takes long to load."""
    ports = {name: str(spare_port()) for name in ("WEB_PORT", "MAIL_PORT", "MAIL_WEB_PORT")}
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "portal.settings.dev", "VAR_DIR": str(var)} | ports
    with (var / "output.txt").open("w") as output:
        command = [sys.executable, "manage.py", "run", "--no-demo"]
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=output)
    return Site(url=f"http://localhost:{ports['WEB_PORT']}", var=var, process=process)


@pytest.fixture
def site(tmp_path):
    """A running portal; whatever the test leaves of it is ended."""
    if sys.platform != "linux":
        pytest.skip("needs Linux: /proc to find the programs in, and a kernel that ends those of a killed parent.")
    lay_tables(tmp_path / "collagenda.sqlite3")
    found = start(tmp_path)
    try:
        wait_for(lambda: " ready." in found.output() and found.answers(), seconds=PATIENCE_TO_START, what="the portal")
        yield found
    finally:
        for pid in processes_of(tmp_path):
            os.kill(pid, signal.SIGKILL)
        found.process.wait()


def worker_of(site: Site) -> int:
    return min(pid for pid, words in processes_of(site.var).items() if "portal.celery" in words)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_one_signal_stops_everything_in_order(site, number):
    with urllib.request.urlopen(re.search(r"Caught mail +(http\S+)", site.output())[1]) as page:
        assert "Caught mail" in page.read().decode()
    site.process.send_signal(number)
    assert site.process.wait(timeout=PATIENCE) == 0
    words = site.output()
    assert processes_of(site.var) == {}
    assert words.index("Warm shutdown") < words.index("broker | ", words.index("Warm shutdown"))
    assert words.rstrip().endswith("Everything is stopped.")


def test_when_one_ends_all_are_stopped(site):
    os.kill(worker_of(site), signal.SIGKILL)
    assert site.process.wait(timeout=PATIENCE) == 1
    assert "worker ended by itself; its lines above say why. Everything was stopped." in site.output()
    assert processes_of(site.var) == {}


def test_nothing_outlives_a_parent_that_was_killed(site):
    site.process.kill()
    assert wait_for(lambda: all_gone(site.var), what="the children to end")


def refusal(var: Path, **variables: str) -> tuple[int, str]:
    """The exit code and words of a start that is refused."""
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "portal.settings.dev", "VAR_DIR": str(var)} | variables
    done = subprocess.run(
        [sys.executable, "manage.py", "run", "--no-demo"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("name", ["WEB_PORT", "MAIL_PORT", "MAIL_WEB_PORT"])
def test_a_taken_port_is_named_before_anything_starts(tmp_path, name):
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        door.listen()
        port = door.getsockname()[1]
        # The others are free ones: somebody may have the portal running while they test.
        ports = {other: str(spare_port()) for other in ("WEB_PORT", "MAIL_PORT", "MAIL_WEB_PORT")}
        code, words = refusal(tmp_path, **(ports | {name: str(port)}))
    assert (code, list(tmp_path.iterdir())) == (1, [])
    assert f"Port {port} is taken by another program. Stop that one, or set {name} to a free port" in words


def test_the_same_port_twice_is_refused(tmp_path):
    code, words = refusal(tmp_path, MAIL_PORT="8990", MAIL_WEB_PORT="8990", WEB_PORT="8991")
    assert (code, "must be different ports" in words) == (1, True)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none", "is DATABASE_URL right?"),
        ("DATABASE_URL", "sqlite:////nowhere/there/x.db", "is DATABASE_URL right?"),
        ("CELERY_BROKER_URL", "redis://127.0.0.1:1/0", "is CELERY_BROKER_URL right?"),
        ("DJANGO_SETTINGS_MODULE", "nonsense", "DJANGO_SETTINGS_MODULE must be portal.settings.base"),
    ],
)
def test_what_does_not_answer_is_said_in_a_sentence(tmp_path, name, value, words):
    ports = {other: str(spare_port()) for other in ("WEB_PORT", "MAIL_PORT", "MAIL_WEB_PORT")}
    code, said = refusal(tmp_path, **(ports | {name: value}))
    assert (code, words in said, "Traceback" in said) == (1, True, False)
    assert all_gone(tmp_path)
