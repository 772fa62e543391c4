"""The locked packages: exact, with hashes, from no particular host."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ["requirements.lock", "requirements-prod.lock", "requirements-provider.lock"]


def plain(name: str) -> str:
    return re.split(r"[\[<>=;! ]", name, maxsplit=1)[0].lower().replace("_", "-")


def locked(name: str) -> set[str]:
    return set(re.findall(r"^([\w.-]+)==", (ROOT / name).read_text(), re.MULTILINE))


@pytest.mark.parametrize("name", LOCKS)
def test_every_package_is_exact_and_has_a_hash(name):
    entries = (ROOT / name).read_text().replace("\\\n", " ").splitlines()
    assert [entry for entry in entries if not re.match(r"[\w.-]+==\S+ .*--hash=sha256:", entry)] == []


@pytest.mark.parametrize("name", LOCKS)
def test_it_names_no_host(name):
    assert re.findall(r"https?://|--index|--find-links|file:", (ROOT / name).read_text()) == []


def test_it_holds_what_the_project_asks_for():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    needed = {plain(name) for name in project["project"]["dependencies"]}
    tools = {plain(name) for name in project["dependency-groups"]["dev"]}
    assert (needed - locked("requirements-prod.lock"), needed | tools - locked("requirements.lock")) == (set(), needed)
    assert (tools - needed) & locked("requirements-prod.lock") <= {"django-stubs-ext"}
