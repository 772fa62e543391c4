"""dev.py: one command for each thing a developer does."""

import subprocess
import sys
from pathlib import Path

import pytest

import dev

ROOT = Path(__file__).resolve().parents[2]


def test_alone_it_lists_every_command():
    done = subprocess.run([sys.executable, "dev.py"], cwd=ROOT, capture_output=True, text=True, check=True)
    words = [line.split()[0] for line in done.stdout.splitlines() if line.startswith("  ")]
    assert words == ["setup", "run", "test", "check", "fmt", "demo-reset"]


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


@pytest.mark.parametrize(
    ("output", "found"),
    [
        ("Found 1 known vulnerability in 1 package", True),
        ("Found 3 known vulnerabilities in 2 packages", True),
        ("No known vulnerabilities found", False),
        ("ConnectionError: the service did not answer", False),
    ],
)
def test_only_a_found_vulnerability_fails_the_check(output, found):
    assert dev.found_vulnerability(output) is found


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
