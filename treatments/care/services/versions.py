"""Which care schedule a clinic has: its own newest published version, else the default that ships with the portal."""

import json
from dataclasses import asdict
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Max

from portal.audit.services import record
from treatments.care.guidance import default_words
from treatments.care.models import CareVersion
from treatments.care.schedule import CareSchedule, fingerprint, read

if TYPE_CHECKING:
    from portal.practice.models import Clinic

DEFAULT_FILE = Path(__file__).parent.parent / "default.json"


@cache
def shipped() -> tuple[str, dict[str, Any]]:
    """The default's dated version, and its content with the words. Raises OddSchedule, OddWords: the start stops."""
    said = json.loads(DEFAULT_FILE.read_text(encoding="utf-8"))
    content = {"steps": [step | {"words": _default_words(step["key"])} for step in said["steps"]]}
    read(content)
    return said["version"], content


def _default_words(key: str) -> dict[str, dict[str, str]]:
    return {language: asdict(words) for language, words in default_words(key).items()}


MOST_KEPT = 64  # with its words one is about 100 kB, and every save of a draft is another
_KEPT: dict[str, CareSchedule] = {}  # by fingerprint: every message of every client asks for it


def schedule_of(version: CareVersion) -> CareSchedule:
    """What a version says. The same fingerprint says the same, so it is read once."""
    return _KEPT.get(version.fingerprint) or _keep(version)


def schedule_with(fingerprint: str, version_id: int) -> CareSchedule:
    """The same of a version of which no more is at hand."""
    return _KEPT.get(fingerprint) or _keep(CareVersion.objects.get(pk=version_id))


def _keep(version: CareVersion) -> CareSchedule:
    if len(_KEPT) >= MOST_KEPT:
        _KEPT.clear()
    found = _KEPT[version.fingerprint] = read(version.content)
    return found


@cache
def shipped_schedule() -> CareSchedule:
    """The default that ships with the portal."""
    return read(shipped()[1])


@transaction.atomic
def version_in_force(*, clinic: "Clinic", at: datetime) -> CareVersion:
    """The version that a session which ends now begins with. A clinic without one of its own gets the default."""
    newest = CareVersion.objects.published().first()
    name, content = shipped()
    if newest is not None and newest.shipped in ("", name):
        return newest
    type(clinic).objects.select_for_update(no_key=True).get(pk=clinic.pk)  # two workers never number alike
    newest = CareVersion.objects.published().first()
    if newest is not None and newest.shipped in ("", name):
        return newest
    number = (CareVersion.objects.aggregate(Max("number"))["number__max"] or 0) + 1
    version = CareVersion.objects.create(
        clinic=clinic,
        number=number,
        content=content,
        fingerprint=fingerprint(content),
        shipped=name,
        begun_at=at,
        published_at=at,
    )
    record(clinic=clinic, action="care.default_taken", subject=version, at=at, version=name)
    return version
