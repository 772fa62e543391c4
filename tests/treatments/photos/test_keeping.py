"""A photograph is kept whole, with consent, and only once; or nothing of it is."""

import os
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction

from portal.audit.models import AuditEvent
from portal.security.uploads import whole_storage
from tests.factories import NOON, ConsentFactory, PhotographFactory
from treatments.consents.services import withdraw_consent
from treatments.photos.models import Photograph
from treatments.photos.services import (
    AlreadyRemoved,
    InTheFuture,
    NoConsent,
    NotBegun,
    ReasonMissing,
    SameAgain,
    SessionCancelled,
    may_be_seen,
    remove_photograph,
    why_no_photographs,
)

LATER = NOON + timedelta(hours=1)


def files(folder):
    return sorted(path for path in Path(folder).rglob("*") if path.is_file())


def test_it_is_kept_with_its_session(add, session, settings):
    kept = add(moment="after", view="left_oblique")
    assert (kept.client, kept.clinic, kept.session) == (session.client, session.clinic, session)
    assert (kept.width, kept.height, len(kept.sha256)) == (300, 400, 64)
    assert [path.stat().st_mode & 0o777 for path in files(settings.MEDIA_ROOT)] == [0o600, 0o600]
    assert all(path.read_bytes().startswith(b"\xff\xd8\xff\xe0") for path in files(settings.MEDIA_ROOT))
    event = AuditEvent.objects.latest("sequence")
    facts = {"session": session.pk, "moment": "after", "view": "left_oblique"}
    assert (event.action, event.subject_id, event.facts) == ("photograph.added", kept.pk, facts)


def test_its_name_tells_nothing(add):
    names = [str(name) for one in (add(), add(colour=(1, 2, 3))) for name in (one.file, one.thumbnail)]
    assert len({*names}) == 4
    assert [name for name in names if not re.fullmatch(r"photograph/[0-9a-f]{2}/[0-9a-f]{32}\.jpg", name)] == []


def test_no_photograph_without_consent(add, consent, settings):
    withdraw_consent(consent=consent, reason="", at=NOON)
    with pytest.raises(NoConsent, match="The client withdrew photographs for the record on"):
        add()
    assert (Photograph.objects.count(), files(settings.MEDIA_ROOT)) == (0, [])


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (None, "was not asked yet"),
        ("asked", "has not answered yet"),
        ("refused", "The client refused photographs for the record"),
        ("withdrawn", "The client withdrew photographs for the record"),
        ("outdated", "has changed since the client signed"),
        ("signed", ""),
    ],
)
def test_why_there_are_none(session, state, words):
    if state:
        ConsentFactory(request__client=session.client, state=state)
    why = why_no_photographs(session.client)
    assert (words in why, bool(why), may_be_seen(session.client)) == (True, bool(words), state == "signed")


def test_a_consent_to_teaching_is_none_for_the_record(session):
    ConsentFactory(request__client=session.client, state="signed", purpose="photo_teaching")
    assert not may_be_seen(session.client)


def test_the_same_photograph_twice_is_refused(add, settings):
    first = add()
    with pytest.raises(SameAgain):
        add(view="left")
    assert len(files(settings.MEDIA_ROOT)) == 2
    remove_photograph(photograph=first, reason="Blurred", by=first.added_by, at=LATER)
    assert add(view="left").pk


@pytest.mark.parametrize(
    ("said", "state", "refusal"),
    [
        ({"moment": "after"}, "booked", NotBegun),
        ({"moment": "follow_up"}, "booked", NotBegun),
        ({}, "cancelled", SessionCancelled),
        ({"taken_at": LATER}, "completed", InTheFuture),
    ],
)
def test_what_cannot_be_is_refused(add, session, said, state, refusal):
    told = {"started_at": None, "started_by": None, "ended_at": None, "completed_by": None, "device": None}
    told |= {"before_gate": False, "cancel_reason": "Ill" if state == "cancelled" else ""}
    if state != "completed":
        type(session).objects.filter(pk=session.pk).update(state=state, **told)
    with pytest.raises(refusal):
        add(**said)


def test_a_disk_that_is_full_leaves_nothing(add, settings, monkeypatch):
    def full(_handle):
        raise OSError("No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        add()
    assert (Photograph.objects.count(), files(settings.MEDIA_ROOT)) == (0, [])


def test_a_row_that_fails_leaves_no_file(add, settings, monkeypatch):
    monkeypatch.setattr("treatments.photos.services.keeping.record", lambda **_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        add()
    assert (Photograph.objects.count(), files(settings.MEDIA_ROOT)) == (0, [])


def test_a_file_is_seen_whole_or_not_at_all(settings, tmp_path):
    storage = whole_storage()
    name = storage.save("photograph/ab/one.jpg", ContentFile(b"x" * 9))
    assert (storage.open(name).read(), [path.name for path in files(tmp_path)]) == (b"x" * 9, ["one.jpg"])


def test_removing_keeps_the_reason(add):
    kept = add()
    with pytest.raises(ReasonMissing):
        remove_photograph(photograph=kept, reason=" ", by=kept.added_by, at=LATER)
    gone = remove_photograph(photograph=kept, reason=" Shows somebody else ", by=kept.added_by, at=LATER)
    assert (gone.removed_at, gone.removal_reason) == (LATER, "Shows somebody else")
    assert AuditEvent.objects.latest("sequence").action == "photograph.removed"
    with pytest.raises(AlreadyRemoved):
        remove_photograph(photograph=kept, reason="Again", by=kept.added_by, at=LATER)


@pytest.mark.parametrize(
    "nonsense",
    [
        {"moment": "later"},
        {"view": "back"},
        {"file": ""},
        {"thumbnail": ""},
        {"sha256": ""},
        {"width": 0},
        {"taken_at": NOON + timedelta(days=1)},
        {"removed_at": NOON},
        {"removal_reason": "No time"},
        {"files_gone_at": NOON},
        {"added_by": None, "moment": "before"},
    ],
    ids=str,
)
def test_the_database_refuses_nonsense(session, nonsense):
    with pytest.raises(IntegrityError), transaction.atomic():
        PhotographFactory(session=session, **{"added_at": NOON} | nonsense)


def test_the_database_refuses_the_same_twice(session):
    PhotographFactory(session=session, sha256="a" * 64)
    with pytest.raises(IntegrityError), transaction.atomic():
        PhotographFactory(session=session, sha256="a" * 64)
