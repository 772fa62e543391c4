"""Consent through the services: asked, signed, refused, withdrawn; and whether it holds."""

import re
from datetime import date, timedelta
from decimal import Decimal
from hashlib import sha256

import pytest

from clients.models import ClientLink, Message
from portal.audit.services import verify
from portal.models import AuditEvent
from tests.factories import NOON, ClientFactory, DocumentFactory, MembershipFactory, MessageFactory
from tests.treatments.consents.rows import STROKES, asked, sign, signed
from treatments.consents import services
from treatments.consents.guidance import ZoneDepth
from treatments.models import Consent, Document

LATER = NOON + timedelta(hours=1)
PLANNED = {"zones": [ZoneDepth("cheeks", Decimal("1.00"))], "device_kind": "mechanical", "topical_anaesthetic": False}
TODAY = date(2026, 6, 1)


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def why(rows, on=TODAY, practitioner=None, **planned):
    practitioner = practitioner or rows.by
    return services.why_no_consent(client=rows.client, practitioner=practitioner, on=on, **PLANNED | planned)


def refusal(act, **said):
    with pytest.raises(services.TextChanged.__mro__[2]) as refused:
        act(**said)
    return type(refused.value).__name__


def test_asking_makes_a_consent_for_each_purpose_on_the_portals_default(practitioner):
    rows = asked(practitioner, "treatment", "photo_record")
    assert [(c.purpose, c.state, c.document.number) for c in rows.request.consents.order_by("pk")] == [
        ("treatment", "asked", 1),
        ("photo_record", "asked", 1),
    ]
    assert rows.consents["treatment"].covers == {
        "zones": {"cheeks": "1.00"},
        "device_kind": "mechanical",
        "topical_anaesthetic": False,
        "sessions": 4,
        "interval_days": 28,
    }
    assert [m.key for m in Message.objects.all()] == [f"consentrequest:{rows.request.pk}:asked:1"]


def test_the_default_is_made_once(clinic):
    made = [services.document_in_force(clinic=clinic, purpose="photo_record", at=NOON) for _ in range(2)]
    assert made[0] == made[1]
    assert Document.objects.count() == 1


def test_only_whoever_treats_asks_for_consent_to_treatment(practitioner, owner, front_desk):
    rows = asked(practitioner, "photo_record")
    ask = {"client": rows.client, "at": NOON, "purposes": ["treatment"]}
    said = [
        refusal(services.ask_consent, **ask, practitioner=practitioner, plan=rows.plan, by=owner.user),
        refusal(services.ask_consent, **ask, practitioner=front_desk, plan=rows.plan, by=front_desk.user),
        refusal(services.ask_consent, **ask, practitioner=owner, plan=None, by=owner.user),
        refusal(services.ask_consent, **ask | {"purposes": []}, practitioner=owner, plan=None, by=owner.user),
        refusal(
            services.ask_consent, **ask | {"purposes": ["photo_record"]}, practitioner=owner, plan=None, by=owner.user
        ),
    ]
    assert said == ["OnlyWhoTreats", "NotAPractitioner", "PlanNeeded", "NothingAsked", "AlreadyAsked"]


def test_a_client_without_an_address_is_asked_by_hand_only(practitioner):
    client = ClientFactory(clinic=practitioner.clinic, email="")
    ask = {"client": client, "purposes": ["photo_record"], "practitioner": practitioner, "plan": None}
    assert refusal(services.ask_consent, **ask, by=practitioner.user, at=NOON) == "NoEmail"
    services.ask_consent(**ask, by=practitioner.user, at=NOON, by_email=False)
    assert Message.objects.count() == 0


def test_signing_keeps_the_very_text_the_signature_and_a_copy(practitioner):
    consent = signed(practitioner).consent
    consent.refresh_from_db()
    assert consent.state == "signed"
    assert consent.text_sha256 == sha256(consent.text.encode()).hexdigest()
    assert "Ada Byron" in consent.text
    assert "1\\.0 mm" in consent.text
    assert (consent.signed_name, consent.signature) == ("Ada Byron", STROKES)
    assert consent.initials == {"1": "AB", "2": "AB", "3": "AB", "4": "AB"}
    assert (consent.answered_at, consent.answered_from, consent.channel) == (NOON, "203.0.113.7", "email")
    with consent.pdf.open() as pdf:
        assert sha256(pdf.read()).hexdigest() == consent.pdf_sha256
    assert Message.objects.filter(kind="consent_copy").count() == 1


def test_signing_twice_is_signing_once(practitioner):
    consent = signed(practitioner, "photo_record").consent
    said = {"language": "en", "text_sha256": consent.text_sha256, "signed_name": "Eve", "channel": "email"}
    assert refusal(services.sign_consent, consent=consent, address=None, at=LATER, **said) == "NotWaiting"
    assert AuditEvent.objects.filter(action="consent.signed").count() == 1


@pytest.mark.parametrize(
    ("said", "refused"),
    [
        ({"text_sha256": "0" * 64}, "TextChanged"),
        ({"signed_name": "  "}, "NameMissing"),
        ({"signed_name": "A" * 121}, "NameMissing"),
        ({"initials": {"1": "AB"}}, "InitialsMissing"),
        ({"signature": [[[1, 1], [700, 1]]]}, "SignatureOdd"),
        ({"signature": [[["1", 1]]]}, "SignatureOdd"),
        ({"signature": [[[float("nan"), 1]]]}, "SignatureOdd"),
        ({"signature": [[[1, 1]] * 5001]}, "SignatureOdd"),
        ({"signature": [[]]}, "SignatureOdd"),
        ({"signature": {"a": 1}}, "SignatureOdd"),
    ],
)
def test_what_is_not_whole_is_not_signed(practitioner, said, refused):
    rows = asked(practitioner)
    assert refusal(sign, consent=rows.consent, **said) == refused
    rows.consent.refresh_from_db()
    assert (rows.consent.state, rows.consent.text) == ("asked", "")


def test_a_typed_name_is_a_signature(practitioner):
    assert sign(asked(practitioner).consent, signature=[]).state == "signed"


def test_a_witness_is_somebody_else(practitioner):
    rows = asked(practitioner, "photo_record")
    DocumentFactory(clinic=practitioner.clinic, number=2, needs_witness=True)
    for name in ("", "ada  byron"):
        assert refusal(sign, consent=rows.consent, witness_name=name) == "WitnessMissing"
    assert sign(rows.consent, witness_name="Bo Lee", witness_signature=STROKES).witness_name == "Bo Lee"


def test_a_newer_consent_replaces_the_older(practitioner):
    rows = signed(practitioner)
    newer = sign(asked(practitioner, plan=rows.plan, at=LATER).consent, at=LATER)
    rows.consent.refresh_from_db()
    assert (rows.consent.state, newer.state) == ("replaced", "signed")
    assert services.consent_in_force(client=rows.client, purpose="treatment") == newer


def test_what_ended_with_its_text_is_replaced_once_the_client_signs_the_new_one(practitioner, signed_in):
    rows = signed(practitioner, "photo_record")
    Consent.objects.update(state="outdated")
    newer = sign(asked(practitioner, "photo_record", plan=rows.plan, at=LATER).consent, at=LATER)
    rows.consent.refresh_from_db()
    assert (rows.consent.state, newer.state) == ("replaced", "signed")
    event = AuditEvent.objects.get(action="consent.replaced")
    assert (event.subject_id, event.facts) == (rows.consent.pk, {"by_consent": newer.pk, "was": "outdated"})
    for page in (f"/admin/treatments/consent/{rows.consent.pk}/change/", f"/admin/client/{rows.client.pk}/"):
        said = re.sub(r"<[^>]+>", "", signed_in(practitioner).get(page).content.decode())
        assert f"Replaced by the consent of {LATER:%-d %b %Y}." in said
    services.withdraw_consent(consent=rows.consent, reason="", at=LATER)
    newer.refresh_from_db()
    assert newer.state == "withdrawn"


def test_a_refusal_is_recorded_and_ends_an_older_consent(practitioner):
    rows = signed(practitioner)
    again = asked(practitioner, plan=rows.plan, at=LATER).consent
    services.refuse_consent(consent=again, reason="Too deep", channel="email", address="203.0.113.7", at=LATER)
    rows.consent.refresh_from_db()
    again.refresh_from_db()
    assert (again.state, again.refusal, again.answered_at) == ("refused", "Too deep", LATER)
    assert rows.consent.state == "withdrawn"
    assert why(rows).startswith("The client refused consent to treatment on 1 Jun 2026.")


def test_withdrawal_takes_effect_at_once_and_erases_nothing(practitioner):
    rows = signed(practitioner)
    assert why(rows) == ""
    services.withdraw_consent(consent=rows.consent, reason="", at=LATER)
    before, text = rows.consent, rows.consent.text
    before.refresh_from_db()
    assert (before.state, before.withdrawn_at, before.withdrawn_by, before.text) == ("withdrawn", LATER, None, text)
    assert why(rows).startswith("The client withdrew their consent to treatment on 1 Jun 2026.")
    told = Message.objects.get(kind="consent_withdrawn")
    assert (told.recipient, told.key) == ("clinic", f"consent:{before.pk}:withdrawn")
    assert refusal(services.withdraw_consent, consent=before, reason="", at=LATER) == "NotInForce"


def test_withdrawing_what_was_replaced_withdraws_the_newer(practitioner):
    rows = signed(practitioner, "photo_publicity")
    newer = sign(asked(practitioner, "photo_publicity", plan=rows.plan).consent, at=LATER)
    services.withdraw_consent(consent=rows.consent, reason="", at=LATER)
    assert Consent.objects.get(pk=newer.pk).state == "withdrawn"


def test_the_clinic_says_why_it_withdraws(practitioner):
    consent = signed(practitioner, "photo_record").consent
    withdraw = services.withdraw_consent
    assert refusal(withdraw, consent=consent, reason=" ", at=LATER, by=practitioner.user) == "ReasonMissing"
    assert withdraw(consent=consent, reason="By telephone", at=LATER, by=practitioner.user).state == "withdrawn"


def test_withdrawing_an_email_purpose_stops_its_emails(practitioner):
    rows = signed(practitioner, "follow_up_emails")
    message = MessageFactory(client=rows.client, kind="followup", key="session:1:week_4")
    another = MessageFactory(client=rows.client, kind="screening_invitation", key="screening:1:invitation:1")
    assert services.why_no_email(client=rows.client, purpose="follow_up_emails") == ""
    services.withdraw_consent(consent=rows.consent, reason="", at=LATER)
    message.refresh_from_db()
    another.refresh_from_db()
    assert (message.state, another.state) == ("cancelled", "scheduled")
    assert services.why_no_email(client=rows.client, purpose="follow_up_emails").startswith("The client withdrew")


def test_closing_leaves_the_links_of_what_was_signed(practitioner):
    rows = asked(practitioner, "treatment", "photo_record")
    sign(rows.consents["photo_record"])
    services.close_request(request=rows.request, by=practitioner.user, at=LATER)
    states = [(c.purpose, c.state) for c in rows.request.consents.order_by("pk")]
    assert states == [("treatment", "closed"), ("photo_record", "signed")]
    assert refusal(services.close_request, request=rows.request, by=practitioner.user, at=LATER) == "NothingWaits"
    assert not ClientLink.objects.exclude(revoked_at=None).exists()


def test_a_request_is_sent_again_while_it_waits(practitioner):
    rows = asked(practitioner, "photo_record")
    services.resend_request(request=rows.request, by=practitioner.user, at=LATER)
    sent = Message.objects.filter(kind="consent_request").order_by("pk")
    assert [m.state for m in sent] == ["cancelled", "scheduled"]
    sign(rows.consent)
    assert refusal(services.resend_request, request=rows.request, by=practitioner.user, at=LATER) == "NothingWaits"


def test_the_days_to_reflect_are_full_days(practitioner):
    rows = signed(practitioner)
    practitioner.clinic.cooling_off_days = 2
    practitioner.clinic.save()
    said = [why(rows, on=TODAY + timedelta(days=days)) for days in (0, 2, 3)]
    wait = "The client’s days to reflect are not over. Treat on 4 Jun 2026 or later."
    assert said == [wait, wait, ""]


@pytest.mark.parametrize(
    ("planned", "said"),
    [
        ({"zones": [ZoneDepth("cheeks", Decimal("0.50"))]}, ""),
        ({"zones": [ZoneDepth("cheeks", Decimal("1.01"))]}, "The consent covers cheeks less deep than this."),
        ({"zones": [ZoneDepth("nose", Decimal("0.30"))]}, "The consent does not cover nose."),
        ({"device_kind": "rf"}, "The consent is for another kind of device."),
        ({"topical_anaesthetic": True}, "The consent does not cover numbing cream."),
    ],
)
def test_a_consent_covers_what_it_says_and_no_more(practitioner, planned, said):
    assert why(signed(practitioner), **planned) == (f"{said} Ask for the consent again." if said else "")


def test_the_gate_says_what_would_cure_it(practitioner):
    client = ClientFactory(clinic=practitioner.clinic)
    nobody = services.why_no_consent(client=client, practitioner=practitioner, on=TODAY, **PLANNED)
    rows = asked(practitioner)
    waiting = why(rows)
    sign(rows.consent)
    other = MembershipFactory(clinic=practitioner.clinic)
    assert [nobody, waiting, why(rows, practitioner=other)] == [
        "The client has not consented to treatment. Ask for it.",
        "The consent to treatment waits for the client’s signature. Send it again, or hand the tablet over.",
        f"{practitioner} took the consent. {other}, who treats, has to take it: ask for it again.",
    ]


def test_every_step_is_in_the_audit_trail(practitioner):
    rows = signed(practitioner, "photo_record")
    services.withdraw_consent(consent=rows.consent, reason="Private words", at=LATER)
    events = AuditEvent.objects.filter(subject_type__in=["consent", "consentrequest", "document"]).order_by("sequence")
    assert [event.action for event in events] == [
        "document.published",
        "consentrequest.asked",
        "consent.signed",
        "consent.withdrawn",
    ]
    assert "Private" not in str([event.facts for event in events])
    assert verify(practitioner.clinic) == AuditEvent.objects.count()
