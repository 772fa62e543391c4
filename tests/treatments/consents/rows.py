"""A client who was asked, and one who signed, through the services."""

from types import SimpleNamespace

from tests.factories import NOON, CertificateFactory, ClientFactory, PlanFactory, PlanZoneFactory
from treatments.consents.services import ask_consent, ready_text, sign_consent

STROKES = [[[10, 20], [30.5, 40]], [[50, 60]]]


def asked(member, *purposes, at=NOON, by_email=True, plan=None, client=None):
    """What was asked of a client with a plan: client, plan, request, and the consents by purpose."""
    if plan is None:
        client = client or ClientFactory(clinic=member.clinic, first_name="Ada", last_name="Byron")
        plan = PlanZoneFactory(plan=PlanFactory(client=client, practitioner=member)).plan
        CertificateFactory(membership=member)
    request = ask_consent(
        client=plan.client,
        purposes=purposes or ["treatment"],
        practitioner=member,
        plan=plan,
        by=member.user,
        at=at,
        by_email=by_email,
    )
    consents = {consent.purpose: consent for consent in request.consents.all()}
    first = next(iter(consents.values()))
    return SimpleNamespace(client=plan.client, plan=plan, request=request, consents=consents, consent=first, by=member)


def sign(consent, at=NOON, language="en", **said):
    """Sign what the client reads, with every initial it asks for."""
    ready = ready_text(consent=consent, language=language)
    return sign_consent(
        consent=consent,
        language=language,
        at=at,
        **{
            "text_sha256": ready.sha256,
            "signed_name": "Ada Byron",
            "signature": STROKES,
            "initials": {str(clause): "AB" for clause in ready.initials},
            "channel": "email",
            "address": "203.0.113.7",
        }
        | said,
    )


def signed(member, *purposes, at=NOON, client=None):
    """The same, signed; `consent` is the first of what was signed."""
    rows = asked(member, *purposes, at=at, client=client)
    rows.consents = {purpose: sign(consent, at=at) for purpose, consent in rows.consents.items()}
    rows.consent = next(iter(rows.consents.values()))
    return rows
