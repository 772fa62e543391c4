"""docker-compose.yml: well-formed, without secrets, and able to look after itself."""

import json
import re
from importlib.resources import files
from pathlib import Path

import pytest
import yaml
from jsonschema.validators import validator_for

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docker-compose.yml").read_text()
COMPOSE = yaml.safe_load(TEXT)
SERVICES = COMPOSE["services"]


@pytest.fixture(scope="module")
def specification():
    schema = json.loads((files("check_jsonschema") / "builtin_schemas/vendor/compose-spec.json").read_text())
    return validator_for(schema)(schema)


def test_it_follows_the_compose_specification(specification):
    assert [wrong.message for wrong in specification.iter_errors(COMPOSE)] == []


def test_the_specification_would_notice_a_mistake(specification):
    wrong = COMPOSE | {"services": {"web": SERVICES["web"] | {"restrat": "always"}}}
    assert not specification.is_valid(wrong)


def test_every_part_is_there():
    assert set(SERVICES) == {"db", "redis", "web", "worker", "beat", "mail"}


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_restarts_and_is_looked_after(name):
    service = SERVICES[name]
    assert (service["restart"], "test" in service["healthcheck"]) == ("unless-stopped", True)


def test_no_secret_stands_in_it():
    secret = re.compile(r"(SECRET|PASSWORD|TOKEN|_URL)")
    found = {
        f"{name}.{variable}": value
        for name, service in SERVICES.items()
        for variable, value in service.get("environment", {}).items()
        if secret.search(variable) and not re.search(r"\$\{\w+:\?", value) and re.search(r"//[^/]*:[^/]*@|^\w+$", value)
    }
    assert found == {}


def test_what_must_be_set_is_explained():
    explained = (ROOT / ".env.example").read_text()
    asked = set(re.findall(r"\$\{(\w+)", TEXT))
    assert sorted(name for name in asked if f"\n{name}=" not in explained) == []


def test_the_example_holds_no_secret():
    lines = (ROOT / ".env.example").read_text().splitlines()
    assert [line for line in lines if re.match(r"(SECRET_KEY|POSTGRES_PASSWORD)=.", line)] == []


def test_only_this_machine_reaches_the_open_ports():
    opened = [port for service in SERVICES.values() for port in service.get("ports", [])]
    assert [port for port in opened if not port.startswith("127.0.0.1:")] == []


def test_the_data_outlives_the_containers():
    kept = {name for service in SERVICES.values() for name in service.get("volumes", [])}
    assert {volume.split(":")[0] for volume in kept} == set(COMPOSE["volumes"])


def test_what_is_uploaded_cannot_fill_the_memory():
    ours = [service for service in SERVICES.values() if service.get("image") == "collagenda"]
    assert [service["tmpfs"] for service in ours] == [["/tmp:size=256m"]] * 4


def test_the_web_server_is_a_production_one():
    assert "gunicorn portal.wsgi" in SERVICES["web"]["command"][2]


def test_the_image_runs_as_nobody_special():
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    assert [line for line in lines if line.startswith("USER ")] == ["USER portal"]
