"""A client whose treatment went on for long: the rows that services would have left, in bulk."""

from datetime import timedelta
from decimal import Decimal

from tests.factories.consents import ConsentFactory, ConsentRequestFactory, DocumentFactory
from tests.factories.practice import ClientFactory
from tests.factories.treatments import DeviceFactory, PlanFactory
from treatments.models import ChartPoint, Document, Photograph, Session, SessionZone
from treatments.photos.terms import Moment, View

ZONES = ("cheeks", "forehead", "chin")
SERIES = 10  # sessions of one plan


def long_course(by, *, sessions, photographs, at):
    """A client with so many sessions, the last of them now, each charted; and so many photographs, spread over them."""
    client, device = ClientFactory(clinic=by.clinic), DeviceFactory(clinic=by.clinic)
    text = Document.objects.filter(purpose="photo_record").first() or DocumentFactory(clinic=by.clinic)
    asked = ConsentRequestFactory(client=client, practitioner=by)
    ConsentFactory(request=asked, document=text, state="signed")
    plans = [PlanFactory(client=client, practitioner=by) for _ in range(0, sessions, SERIES)]
    ended = [at - timedelta(days=28 * ago) for ago in reversed(range(sessions))]
    rows = [_session(plans[n // SERIES], n % SERIES + 1, device, by, end) for n, end in enumerate(ended)]
    done = Session.objects.bulk_create(rows)
    for session in done:
        of = {"clinic": by.clinic, "session": session}
        SessionZone.objects.bulk_create(
            SessionZone(**of, zone=zone, depth_mm=Decimal("1.00"), passes=2, endpoint="Red skin.") for zone in ZONES
        )
        ChartPoint.objects.create(**of, number=1, zone="cheeks", x=380, y=480, note="A small mole")
    Photograph.objects.bulk_create(_photograph(done[n % sessions], n // sessions, by) for n in range(photographs))
    return done[-1]


def _session(plan, number, device, by, end):
    begun = {"started_at": end - timedelta(hours=1), "started_by": by.user, "before_gate": True}
    ended = {"ended_at": end, "completed_by": by.user, "device": device, "cartridge_lot": "L1", "state": "completed"}
    whose = {"clinic": plan.clinic, "client": plan.client, "plan": plan, "practitioner": by, "number": number}
    return Session(**whose, **begun, **ended, scheduled_for=end - timedelta(hours=1))


def _photograph(session, turn, by):
    views, moments = list(View), list(Moment)
    return Photograph(
        clinic=session.clinic,
        client=session.client,
        session=session,
        moment=moments[turn // len(views) % len(moments)],
        view=views[turn % len(views)],
        taken_at=session.ended_at,
        added_at=session.ended_at,
        added_by=by.user,
        file="photograph/no/none.jpg",
        thumbnail="photograph/no/small.jpg",
        width=600,
        height=800,
        sha256=f"{session.number}{turn}".rjust(64, "0"),
    )
