"""A clinic with every kind of row, each carrying one word that nobody else's pages may show."""

from datetime import timedelta

from django.apps import apps
from django.db import models
from django.utils import timezone
from django_scopes import scope

from clients.links.services import issue_link
from clients.links.terms import Purpose
from portal.audit.services import record
from portal.models import User
from tests.architecture.records import OF_THE_RECORD, signed_session
from tests.factories import (
    AlertFactory,
    CareVersionFactory,
    CaseEntryFactory,
    CaseFactory,
    CertificateFactory,
    ChangeFactory,
    ClientFactory,
    ClinicFactory,
    ConfirmationFactory,
    ConsentFactory,
    ConsentRequestFactory,
    DecisionFactory,
    DocumentFactory,
    DraftFactory,
    EnrolmentFactory,
    FollowupFactory,
    LayoutFactory,
    LetterFactory,
    LotFactory,
    MembershipFactory,
    MessageFactory,
    PhotographFactory,
    PlanFactory,
    PlanZoneFactory,
    ProtocolFactory,
    ProviderEventFactory,
    QueryFactory,
    QuestionnaireVersionFactory,
    RatingFactory,
    RecallFactory,
    RecallNoticeFactory,
    ReplyDraftFactory,
    ReplyFactory,
    ScreeningFactory,
    SessionFactory,
    SessionZoneFactory,
    SuppressionFactory,
    WordingFactory,
)
from tests.treatments.screening.rows import submitted

ROLES = ("owner", "practitioner", "front_desk")
# Words that steer the portal; a canary in them would break the row instead of showing up.
STEERING = {
    "answers_sha256",
    "action",
    "actor_kind",
    "archived_because",
    "claimed_by",
    "closing_note",
    "colour",
    "event_id",
    "fingerprint",
    "gtin",
    "cartridge_gtin",
    "hash",
    "key",
    "language",
    "kind",
    "step",
    "message_id",
    "password",
    "previous_hash",
    "quarantine_reason",
    "questionnaire_hash",
    "removal_reason",
    "sha256",
    "subject_type",
    "time_zone",
    "token_hash",
    "withdrawn_why",
}
# What is there once in a clinic, so that the word alone would clash.
ONCE = {"device": "serial", "product": "name", "lot": "number"}


class World:
    """One clinic: its people by role, its rows by table, its clients' open links."""

    def __init__(self, word: str) -> None:
        self.word = word
        self.clinic = ClinicFactory(name=f"{word} Clinic")
        with scope(clinic=self.clinic):
            self.people = {role: MembershipFactory(clinic=self.clinic, role=role) for role in ROLES}
        self.fill()

    def fill(self):
        """One more client with everything that belongs to one."""
        with scope(clinic=self.clinic):
            self._add_rows(timezone.now())
            self._mark()

    def _add_rows(self, now):
        owner, practitioner = self.people["owner"], self.people["practitioner"]
        MembershipFactory(clinic=self.clinic, role="practitioner")  # somebody whom the walk may send away
        CertificateFactory(membership=practitioner)
        if not self.ids(apps.get_model("treatments.QuestionnaireVersion")):  # one draft at a time
            QuestionnaireVersionFactory(clinic=self.clinic, begun_by=owner.user)
        if not self.ids(apps.get_model("treatments.CareVersion")):
            CareVersionFactory(clinic=self.clinic, begun_by=owner.user)
        client = ClientFactory(clinic=self.clinic)
        screening = self._screening(client, owner, now)
        plan = PlanFactory(client=client, practitioner=practitioner, protocol=self._protocol(owner))
        PlanZoneFactory(plan=plan)
        signed = self._consent(plan)
        to_confirm = ConfirmationFactory(session=SessionFactory(plan=plan, number=1))
        ended = SessionFactory(
            plan=plan,
            number=2,
            ended_at=now - timedelta(days=30),
            started_at=now - timedelta(days=30),
            started_by=owner.user,
            screening=screening,
            consent=signed,
            completed_by=owner.user,
        )
        self._photographs(ended, owner, now)
        signed_session(plan, self.word, now)
        unanswered = self._followups(ended, now)
        leads_to = {
            Purpose.SCREENING: screening,
            Purpose.CONSENT: signed.request,
            Purpose.CONFIRMATION: to_confirm,
            Purpose.FOLLOW_UP: unanswered,
            Purpose.RECALL: self._recall(client, owner, now),
            Purpose.EMAILS_OFF: client,
        }
        self.tokens = {
            purpose: issue_link(client=client, purpose=purpose, subject_id=subject.pk, at=now, lasts=timedelta(days=30))
            for purpose, subject in leads_to.items()
        }
        record(clinic=self.clinic, action="client.changed", subject=client, at=now, by=owner.user, fields=[self.word])

    def _screening(self, client, owner, now):
        """Answers with a decision, a letter and a question; and a draft of somebody else's."""
        screening = submitted(self.clinic, owner, at=now, client=client)
        decided = {"screening": screening, "outcome": "review", "reason": self.word, "decided_by": owner.user}
        LetterFactory(decision=DecisionFactory(**decided))
        QueryFactory(screening=screening, asked_by=owner.user, answer=self.word, answered_at=now)
        out = ScreeningFactory(client=ClientFactory(clinic=self.clinic), requested_by=owner.user)
        DraftFactory(screening=out, answers={"other_allergy_text": self.word})
        return screening

    def _consent(self, plan):
        """One that is asked, and one to treatment that is signed."""
        asked = ConsentRequestFactory(client=plan.client, practitioner=plan.practitioner, plan=plan)
        ConsentFactory(request=asked, document=self._document("photo_record"))
        said = {"text": self.word, "signed_name": self.word, "witness_name": self.word, "language": "en"}
        told = self._document("treatment")
        return ConsentFactory(request=asked, purpose="treatment", document=told, state="signed", **said)

    def _photographs(self, session, owner, now):
        """One that stands, one that was removed, and one of the results, with a rating."""
        removed = {"removed_at": now, "removed_by": owner.user, "removal_reason": self.word}
        before = PhotographFactory(session=session, added_by=owner.user)
        PhotographFactory(session=session, added_by=owner.user, **removed)
        after = PhotographFactory(session=session, added_by=owner.user, moment="follow_up", taken_at=now)
        RatingFactory(before=before, after=after, scale=self.word)

    def _recall(self, client, owner, now):
        """A quarantined lot, its recall, and a notice that left."""
        quarantined = {"quarantined_at": now, "quarantined_by": owner.user, "quarantine_reason": self.word}
        lot = LotFactory(product__clinic=self.clinic, state="quarantined", **quarantined)
        recall = RecallFactory(lot=lot, texts={"en": self.word}, opened_by=owner.user)
        message = MessageFactory(client=client, kind="recall_notice", state="sent", sent_at=now)
        said = {"reached_at": now, "reached_by": owner.user, "reached_how": "phone"}
        return RecallNoticeFactory(recall=recall, client=client, message=message, **said)

    def _cases(self, session, now):
        """A reaction that is open, with what was done about it, and one that is over."""
        said = {"session": session, "words": self.word, "opened_by": self.people["owner"].user}
        CaseEntryFactory(case=CaseFactory(**said, opened_at=now - timedelta(hours=1)), note=self.word)
        CaseFactory(**said, opened_at=now - timedelta(days=20), closed_at=now - timedelta(days=10))

    def _followups(self, ended, now):
        """A reply with a red flag, and a step that waits."""
        self._cases(ended, now)
        SessionZoneFactory(session=ended)
        key = f"session:{ended.pk}"
        left = {"key": f"{key}:day_3", "state": "failed", "why": "refused", "said": {"called": self.word}}
        message = MessageFactory(client=ended.client, wording=self._wording(), **left)
        reply = ReplyFactory(followup=FollowupFactory(session=ended, message=message), submitted_at=now)
        ChangeFactory(reply=reply)
        AlertFactory(reply=reply, raised_at=now, act_by=now + timedelta(hours=4))
        waiting = MessageFactory(client=ended.client, due_at=now + timedelta(days=8), key=f"{key}:week_4")
        course = EnrolmentFactory(session=ended, version=self._care())
        followup = FollowupFactory(session=ended, enrolment=course, message=waiting, step="week_4")
        LayoutFactory(client=ended.client)
        ReplyDraftFactory(followup=followup, answers={"comment": self.word})
        ProviderEventFactory(message=message, report="hard_bounce")
        SuppressionFactory(clinic=self.clinic, message=message)
        return followup

    def _care(self):
        """The clinic's one published care schedule."""
        published = self.rows_of(apps.get_model("treatments.CareVersion")).exclude(published_at=None)
        said = {"shipped": self.word, "reason": self.word, "published_at": timezone.now()}
        return published.first() or CareVersionFactory(clinic=self.clinic, **said)

    def _protocol(self, owner):
        """The clinic's one published protocol, beside a draft of the next."""
        protocols = self.rows_of(apps.get_model("treatments.Protocol"))
        said = {"clinic": self.clinic, "shipped": self.word, "source": self.word, "reason": self.word}
        if not protocols:
            ProtocolFactory(**said, published_at=timezone.now())
            ProtocolFactory(**said, begun_by=owner.user)
        return protocols.exclude(published_at=None).get()

    def _wording(self):
        """The words of an email that left."""
        said = [["", f"{self.word} ", "called"]]
        return WordingFactory(clinic=self.clinic, content={"subject": self.word, "text": said, "html": said})

    def _document(self, purpose):
        """The clinic's one published document for a purpose."""
        documents = self.rows_of(apps.get_model("treatments.Document")).filter(purpose=purpose)
        texts = {"texts": {"en": self.word}, "reason": self.word}
        return documents.first() or DocumentFactory(clinic=self.clinic, purpose=purpose, **texts)

    def _mark(self):
        """Write the word into every text that people could read."""
        for row in self.rows():
            if row._meta.model_name == "auditevent" or never_changes(row):
                continue
            texts = {
                field.name: f"{self.word.lower()}{row.pk}@example.org"
                if isinstance(field, models.EmailField)
                else self.word
                for field in row._meta.fields
                if isinstance(field, models.CharField | models.TextField)
                and not field.choices
                and field.name not in STEERING
            }
            if once := ONCE.get(row._meta.model_name):
                texts[once] = f"{self.word}{row.pk}"
            type(row)._base_manager.filter(pk=row.pk).update(**texts)

    def rows(self):
        """Every row of the clinic, the clinic and its people included."""
        for model in (type(self.clinic), *clinic_models(), User):
            yield from self.rows_of(model)

    def rows_of(self, model):
        """The clinic's rows of one table."""
        path = {type(self.clinic): "pk", User: "memberships__clinic"}.get(model, "clinic")
        return model._base_manager.filter(**{path: self.clinic.pk}).order_by("pk")

    def ids(self, model):
        """The primary keys of the clinic's rows of one table."""
        return list(self.rows_of(model).values_list("pk", flat=True))

    def snapshot(self):
        """Everything the clinic's rows say, to compare before and after."""
        return [
            (row._meta.label, {f.attname: getattr(row, f.attname) for f in row._meta.fields}) for row in self.rows()
        ]


def never_changes(row):
    """Whether the database refuses to alter the row: it was signed, published or sent, with the word in it."""
    name = row._meta.model_name
    session = row if name == "session" else getattr(row, "session", None)
    signed = name in {"signedrecord", "amendment"} or (name in OF_THE_RECORD and hasattr(session, "signed"))
    signed = signed or (name == "consent" and row.answered_at)
    over = (name == "case" and row.closed_at) or getattr(row, "published_at", None)
    return bool(signed or name in {"wording", "caseentry", "rating"} or over)


def clinic_models():
    """Every table that carries a clinic."""
    return [
        model
        for model in apps.get_models()
        if any(field.name == "clinic" and field.is_relation for field in model._meta.fields)
    ]


def strays():
    """Rows that point to another clinic's row."""
    found = []
    for model in clinic_models():
        keys = [f.name for f in model._meta.fields if f.is_relation and f.related_model in clinic_models()]
        for row in model._base_manager.select_related(*keys) if keys else []:
            found += [(row, key) for key in keys if getattr(row, key) and getattr(row, key).clinic_id != row.clinic_id]
    return found
