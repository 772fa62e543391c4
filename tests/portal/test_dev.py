"""dev.py: one command for each thing a developer does."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

import dev

ROOT = Path(__file__).resolve().parents[2]


def test_alone_it_lists_every_command():
    done = subprocess.run([sys.executable, "dev.py"], cwd=ROOT, capture_output=True, text=True, check=True)
    words = [line.split()[0] for line in done.stdout.splitlines() if line.startswith("  ")]
    assert words == ["setup", "run", "test", "check", "fmt", "demo-reset", "bench", "messages"]


def test_an_unknown_command_is_named(capsys):
    assert (dev.main(["fly"]), "There is no command 'fly'." in capsys.readouterr().err) == (2, True)


def test_it_needs_nothing_but_python():
    done = subprocess.run([sys.executable, "-I", "-S", "dev.py"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_an_old_python_is_told(monkeypatch):
    monkeypatch.setattr(sys, "version_info", (3, 10))
    with pytest.raises(SystemExit, match=r"Python 3\.11 or newer is needed"):
        dev.main(["run"])


def test_a_missing_venv_module_is_one_sentence(monkeypatch):
    monkeypatch.setitem(sys.modules, "ensurepip", None)
    with pytest.raises(SystemExit, match="apt-get install python3-venv"):
        dev.create_venv()


def test_a_second_start_installs_nothing(monkeypatch, tmp_path):
    marker = tmp_path / "marker"
    marker.write_text(dev.fingerprint())
    monkeypatch.setattr(dev, "MARKER", marker)
    monkeypatch.setattr(dev, "PYTHON", Path(sys.executable))
    monkeypatch.setattr(dev, "install", lambda: pytest.fail("installed again"))
    assert dev.setup([]) == 0


FINE = {"name": "a", "version": "1", "vulns": []}
UNKNOWN = {"name": "b", "skip_reason": "not found"}
BAD = {"name": "c", "version": "2", "vulns": [{"id": "PYSEC-1"}]}


@pytest.mark.parametrize(
    ("packages", "verdict"),
    [
        ([FINE], ("ok", "")),
        ([FINE, UNKNOWN], ("no word", "1 of 2 packages could not be looked up; the others are fine")),
        ([UNKNOWN], ("no word", "the vulnerability service does not answer here: nothing was checked")),
        ([FINE, UNKNOWN, BAD], ("FAILED", "known vulnerabilities: c 2: PYSEC-1")),
    ],
)
def test_a_package_that_was_not_looked_up_is_not_called_fine(packages, verdict):
    done = subprocess.CompletedProcess([], 0, json.dumps({"dependencies": packages}), "")
    assert dev.audit_verdict(done) == verdict


def test_a_silent_vulnerability_service_is_said_and_fails_nothing():
    done = subprocess.CompletedProcess([], 1, "", "ConnectionError")
    assert dev.audit_verdict(done)[0] == "no word"


def test_a_failing_step_fails_the_check_and_the_others_still_run(monkeypatch, capsys):
    steps = [dev.Step("one", [sys.executable, "-c", "exit('broken')"]), dev.Step("two", [sys.executable, "-c", ""])]
    monkeypatch.setattr(dev, "steps", lambda: steps)
    assert (dev.check([]), capsys.readouterr().out.splitlines()) == (
        1,
        ["FAILED  one: broken", "ok      two", "dev.py: check: failed: one"],
    )


def test_the_demo_of_a_real_database_is_left_alone(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://host/name")
    done = subprocess.run(
        [sys.executable, "manage.py", "demo_reset", "--settings", "portal.settings.test"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, "Nothing was touched." in done.stderr) == (1, True)


def test_pips_settings_reach_uv(monkeypatch):
    monkeypatch.setenv("PIP_INDEX_URL", "https://packages.example/simple")
    monkeypatch.setenv("PIP_CERT", "/etc/our.pem")
    for name in ("SSL_CERT_FILE", "UV_DEFAULT_INDEX"):
        monkeypatch.delenv(name, raising=False)
    words = dev.uv_environment()
    assert (words["SSL_CERT_FILE"], words["UV_DEFAULT_INDEX"]) == ("/etc/our.pem", "https://packages.example/simple")
