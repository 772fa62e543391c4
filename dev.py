#!/usr/bin/env python3
"""One command for each thing a developer does. Needs Python 3.11 or newer and nothing else."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / "python"
LOCK = ROOT / "requirements.lock"
MARKER = VENV / "collagenda-installed"
SYSTEM_CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")


# ---------------------------------------------------------------- set-up


def setup(_args: list[str]) -> int:
    """Create .venv and install the exact locked packages (every other command does it first)."""
    wanted = fingerprint()
    if MARKER.is_file() and PYTHON.exists() and MARKER.read_text() == wanted:
        return 0
    create_venv()
    install()
    MARKER.write_text(wanted)
    return 0


def fingerprint() -> str:
    """What .venv must hold: the lock and the Python it was made with."""
    return hashlib.sha256(LOCK.read_bytes() + sys.version.encode()).hexdigest()


def create_venv() -> None:
    """A new .venv, unless one of this Python version stands already."""
    try:
        import ensurepip
        import venv
    except ImportError:
        sys.exit("Python's venv is missing: on Debian or Ubuntu install it with: apt-get install python3-venv")
    if not ensurepip.version() or venv_version() == sys.version:
        return
    say("Creating .venv")
    venv.EnvBuilder(clear=True, with_pip=True, symlinks=os.name != "nt").create(VENV)


def venv_version() -> str:
    """The version words of the Python in .venv, or nothing when there is none that runs."""
    return answer_of([PYTHON, "-c", "import sys; print(sys.version)"]) if PYTHON.exists() else ""


def install() -> None:
    """Install the lock with uv; with pip where uv cannot be had or fails."""
    say("Installing the locked packages (a minute or so, only when the lock changed)")
    if run([PYTHON, "-m", "pip", "--version"], quiet=True) != 0:
        run([PYTHON, "-m", "ensurepip", "--upgrade"], quiet=True)
    uv = BIN / "uv"
    if not uv.exists():
        run([PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "uv"])
    if uv.exists() and run([uv, "pip", "sync", "--quiet", "--require-hashes", LOCK], uv_environment()) == 0:
        return
    say("uv could not install them; trying pip")
    if run([PYTHON, "-m", "pip", "install", "--quiet", "--require-hashes", "-r", LOCK]) != 0:
        sys.exit("The locked packages could not be installed; the lines above say why.")


def uv_environment() -> dict[str, str]:
    """What pip was told about its index and certificates, said in uv's words; uv's own settings win."""
    words = {"VIRTUAL_ENV": str(VENV)}
    certificates = os.environ.get("PIP_CERT") or os.environ.get("REQUESTS_CA_BUNDLE")
    if not certificates and SYSTEM_CERTIFICATES.is_file():
        certificates = str(SYSTEM_CERTIFICATES)
    if certificates and not os.environ.get("SSL_CERT_FILE"):
        words["SSL_CERT_FILE"] = certificates
    index = pip_setting("index-url")
    if index and not os.environ.get("UV_DEFAULT_INDEX"):
        words["UV_DEFAULT_INDEX"] = index
    return words


def pip_setting(name: str) -> str:
    """One setting of pip's, from its environment or its configuration files."""
    from_environment = os.environ.get("PIP_" + name.upper().replace("-", "_"))
    if from_environment:
        return from_environment
    return answer_of([PYTHON, "-m", "pip", "config", "get", f"global.{name}"])


# ---------------------------------------------------------------- the commands


def run_portal(args: list[str]) -> int:
    """Start everything: web, worker, beat, broker and mail catcher. Ctrl-C stops it all."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.dev")
    os.chdir(ROOT)
    command = [str(PYTHON), "manage.py", "run", *args]
    if os.name == "nt":
        return run(command)
    sys.stdout.flush()
    os.execv(command[0], command)  # noqa: S606  Ctrl-C and signals then reach the portal's own process
    return 0


def test(args: list[str]) -> int:
    """Run the tests on every core; further words go to pytest (--cov: which lines none reaches, at twice the time)."""
    spread = [] if any(word.startswith("-n") for word in args) else ["-n", "auto", "--dist", "loadfile"]
    # Some machines tell Python to keep no compiled files; then each of a hundred programs compiles all anew.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    return run([PYTHON, "-m", "pytest", *spread, *args])


def fmt(args: list[str]) -> int:
    """Format the code and repair what the linter can repair."""
    first = run([PYTHON, "-m", "ruff", "check", "--fix", "--quiet", *(args or ["."])])
    return run([PYTHON, "-m", "ruff", "format", *(args or ["."])]) or first


def bench(args: list[str]) -> int:
    """Measure what must be fast against a named alternative (benchmarks/README.md); all, or one by its name."""
    files = {file.stem: file for file in sorted((ROOT / "benchmarks").glob("*.py"))}
    if args and args[0] in files:
        return run([PYTHON, files[args[0]], *args[1:]])
    if args:
        return sorry(f"There is no benchmark {args[0]!r}: {', '.join(files)}.")
    return max(run([PYTHON, file]) for file in files.values())


def demo_reset(args: list[str]) -> int:
    """Throw the demo clinic away (database, files and caught mail under var/) and load it anew."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.dev")
    return run([PYTHON, "manage.py", "demo_reset", *args])


def messages(args: list[str]) -> int:
    """Collect what clients read into locale/ and compile it; says what lacks a translation."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.test")
    return run([PYTHON, "manage.py", "messages", *args])


# ---------------------------------------------------------------- check

FAILED = "FAILED"
AUDIT = ("--format", "json", "--progress-spinner", "off", "--require-hashes", "--disable-pip")


def plain_verdict(done: subprocess.CompletedProcess[str]) -> tuple[str, str]:
    """Fine when it ended with 0; else its output says why not."""
    return ("ok", "") if done.returncode == 0 else (FAILED, f"{done.stdout}{done.stderr}".strip())


def audit_verdict(done: subprocess.CompletedProcess[str]) -> tuple[str, str]:
    """What pip-audit found. It calls a package that it could not look up fine, so its exit code is not enough."""
    try:
        packages = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        return "no word", "the vulnerability service does not answer here: nothing was checked"
    bad = [f"{p['name']} {p['version']}: {v['id']}" for p in packages for v in p.get("vulns", [])]
    if bad:
        return FAILED, "known vulnerabilities: " + "; ".join(bad)
    unknown = sum("skip_reason" in package for package in packages)
    if unknown == len(packages):
        return "no word", "the vulnerability service does not answer here: nothing was checked"
    if unknown:
        return "no word", f"{unknown} of {len(packages)} packages could not be looked up; the others are fine"
    return "ok", ""


@dataclass(frozen=True)
class Step:
    """One thing that `check` looks at."""

    name: str
    command: list[str]
    environment: dict[str, str] = field(default_factory=dict)
    judge: Callable[[subprocess.CompletedProcess[str]], tuple[str, str]] = plain_verdict


def production() -> dict[str, str]:
    """A made-up environment of the shape production needs."""
    return {
        "DJANGO_SETTINGS_MODULE": "portal.settings.base",
        "SECRET_KEY": secrets.token_urlsafe(64),
        "BASE_URL": "https://portal.example.org",
        "ALLOWED_HOSTS": "portal.example.org",
        "DATABASE_URL": "postgresql://portal:made-up@db.example.org:5432/portal",
        "CELERY_BROKER_URL": "rediss://broker.example.org:6379/0",
        "EMAIL_URL": "smtp://portal:made-up@mail.example.org:587?tls=true",
        "FROM_EMAIL": "portal@example.org",
    }


def steps() -> list[Step]:
    """Everything that `check` looks at, quickest first."""
    python = str(PYTHON)
    testing = {"DJANGO_SETTINGS_MODULE": "portal.settings.test"}
    return [
        Step("lint", [python, "-m", "ruff", "check", "."]),
        Step("format", [python, "-m", "ruff", "format", "--check", "."]),
        Step("imports", [str(BIN / "lint-imports"), "--no-cache"]),
        Step("migrations", [python, "manage.py", "makemigrations", "--check", "--dry-run"], testing),
        Step("production", [python, "manage.py", "check", "--deploy", "--fail-level", "WARNING"], production()),
        Step("types", [python, "-m", "mypy"]),
        Step("dependencies", [python, "-m", "pip_audit", *AUDIT, "-r", str(LOCK)], judge=audit_verdict),
    ]


def check(_args: list[str]) -> int:
    """Lint, format, import contracts, migrations, production settings, types, known vulnerabilities."""
    verdicts = {step.name: look(step) for step in steps()}
    failed = [name for name, fine in verdicts.items() if not fine]
    say(f"check: failed: {', '.join(failed)}" if failed else "check: all fine")
    return 1 if failed else 0


def look(step: Step) -> bool:
    """Run one step and print its verdict, with the reason when it is not ok."""
    done = subprocess.run(
        step.command, cwd=ROOT, env=os.environ | step.environment, text=True, capture_output=True, check=False
    )
    verdict, why = step.judge(done)
    between = "\n" if "\n" in why else ": "
    print(f"{verdict:<8}{step.name}" + (f"{between}{why}" if why else ""), flush=True)
    return verdict != FAILED


# ---------------------------------------------------------------- what holds it together

COMMANDS: dict[str, Callable[[list[str]], int]] = {
    "setup": setup,
    "run": run_portal,
    "test": test,
    "check": check,
    "fmt": fmt,
    "demo-reset": demo_reset,
    "bench": bench,
    "messages": messages,
}


def run(command: list[object], extra: dict[str, str] | None = None, *, quiet: bool = False) -> int:
    """Run a command in the project's folder; its exit code."""
    hidden = subprocess.DEVNULL if quiet else None
    words = [str(word) for word in command]
    try:
        return subprocess.call(words, cwd=ROOT, env=os.environ | (extra or {}), stdout=hidden, stderr=hidden)
    except KeyboardInterrupt:
        return 130


def answer_of(command: list[object]) -> str:
    """What a command prints, without the line end; nothing when it fails."""
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 else ""


def say(words: str) -> None:
    """A line of dev.py's own."""
    print(f"dev.py: {words}", flush=True)


def sorry(words: str) -> int:
    """A line about what cannot be done."""
    print(words, file=sys.stderr)
    return 2


def listing() -> str:
    """Every command with its sentence."""
    width = max(map(len, COMMANDS))
    lines = [f"  {name:<{width}}  {(command.__doc__ or '').strip()}" for name, command in COMMANDS.items()]
    return "\n".join(["Usage: python3 dev.py <command>", "", *lines])


def main(argv: list[str]) -> int:
    """Run one command; list them all when there is none."""
    if sys.version_info < (3, 11):  # noqa: UP036  this file is what tells the owner of an older one
        sys.exit(f"Python 3.11 or newer is needed; this is {sys.version.split()[0]}.")
    if not argv or argv[0] in {"help", "-h", "--help"}:
        print(listing())
        return 0
    name, *args = argv
    if name not in COMMANDS:
        print(f"There is no command {name!r}.\n\n{listing()}", file=sys.stderr)
        return 2
    setup([])
    return COMMANDS[name](args)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
