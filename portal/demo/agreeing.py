"""What a client of the demo agrees to, refuses, takes back and confirms."""

from datetime import datetime, timedelta

from clients.links.terms import Channel
from portal.demo.faces import drawn_face
from portal.demo.patient import Known
from portal.demo.play import Story
from treatments.confirmations.services import confirm_nothing_changed, newest_of, shown_sha256
from treatments.consents.models import Consent
from treatments.consents.services import (
    ask_consent,
    consent_in_force,
    ready_text,
    refuse_consent,
    sign_consent,
    withdraw_consent,
)
from treatments.consents.terms import ConsentPurpose
from treatments.outcomes.services import goals_of, rate_photographs, to_rate
from treatments.photos.services import add_photograph, of_client
from treatments.photos.terms import Moment, View
from treatments.screening.services import screening_in_force
from treatments.sessions.models import Session


class Agreeing(Known):
    """A client with the acts of saying yes and no."""

    def consents(self, at: datetime, *more: str) -> Story:
        """They are asked for their consent to treatment and for whatever else is named, and most sign all of it."""
        yield at
        purposes = [ConsentPurpose.TREATMENT, *more]
        request = ask_consent(
            client=self.client,
            purposes=purposes,
            practitioner=self.by,
            plan=self.plan,
            by_email=not self.signs_at_once,
            by=self.by.user,
            at=at,
        )
        if not self.signs_at_once:
            return
        yield at + timedelta(minutes=12)
        for consent in request.consents.order_by("pk"):
            self.signs(consent, at + timedelta(minutes=12))

    def signs(self, consent: Consent, at: datetime) -> None:
        """They sign one text on the clinic's tablet."""
        language = self.person.language
        text = ready_text(consent=consent, language=language)
        initials = {str(clause): f"{self.person.first[0]}{self.person.last[0]}" for clause in text.initials}
        sign_consent(
            consent=consent,
            language=language,
            text_sha256=text.sha256,
            signed_name=self.full_name,
            initials=initials,
            channel=Channel.TABLET,
            address=None,
            at=at,
        )

    def refuses(self, at: datetime, purpose: str, reason: str) -> Story:
        """They are asked for one thing more, and say no."""
        yield at
        request = ask_consent(
            client=self.client,
            purposes=[purpose],
            practitioner=self.by,
            plan=None,
            by_email=False,
            by=self.by.user,
            at=at,
        )
        consent = request.consents.get()
        refuse_consent(consent=consent, reason=reason, channel=Channel.TABLET, address=None, at=at)

    def is_photographed(self, at: datetime) -> Story:
        """The photographs of all their sessions are put into the record: all five views before, the front after."""
        yield at
        done = Session.objects.filter(client=self.client).completed().order_by("scheduled_for")
        for number, session in enumerate(done):
            taken = session.started_at or at
            for view in View:
                self._photograph(session, Moment.BEFORE, view, 60 - 35 * number, taken - timedelta(minutes=5), at)
            self._photograph(session, Moment.AFTER, View.FRONT, 100, session.ended_at or at, at)

    def shows_results(self, at: datetime, *, session: int, taken_at: datetime) -> Story:
        """What came of one session is photographed from the front; one from before is put into the record with it."""
        yield at
        done = Session.objects.filter(client=self.client).completed()
        first, last = done.get(number=1), done.get(number=session)
        if not of_client(self.client) and first.started_at:
            self._photograph(first, Moment.BEFORE, View.FRONT, 60, first.started_at - timedelta(minutes=5), at)
        self._photograph(last, Moment.FOLLOW_UP, View.FRONT, 15, taken_at, at)

    def is_rated(self, at: datetime, seen: str) -> Story:
        """Whoever treats them rates each goal on the first view."""
        yield at
        pair = to_rate(self.client, of_client(self.client))[0]
        judged = {goal.value: seen for goal in goals_of(pair.session)}
        rate_photographs(before=pair.before, after=pair.after, judged=judged, by=self.by.user, at=at)

    def _photograph(
        self, session: Session, moment: Moment, view: View, redness: int, taken_at: datetime, at: datetime
    ) -> None:
        add_photograph(
            session=session,
            moment=moment,
            view=view,
            picture=drawn_face(view, redness, session.number),
            taken_at=taken_at,
            by=self.by.user,
            at=at,
        )

    def withdraws(self, at: datetime, purpose: str, reason: str) -> Story:
        """They take one consent back."""
        yield at
        consent = consent_in_force(client=self.client, purpose=purpose)
        if consent:
            withdraw_consent(consent=consent, reason=reason, at=at)

    def confirms(self, at: datetime) -> Story:
        """Before the session they say that nothing has changed."""
        yield at
        confirmation = newest_of(self.session)
        screening = screening_in_force(client=self.client)
        if confirmation and screening:
            confirm_nothing_changed(
                confirmation=confirmation,
                answers_sha256=shown_sha256(screening),
                signed_name=self.full_name,
                channel=Channel.TABLET,
                address=None,
                at=at,
            )
