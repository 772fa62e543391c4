"""A clinic's versions, begun, changed and published as an owner would."""

from django.utils import timezone

from treatments.questionnaires import services
from treatments.questionnaires.services import NewQuestion, QuestionEdit, RuleEdit
from treatments.screening.models import QuestionnaireVersion
from treatments.screening.questionnaire import read

SIGNED = {"approved_by": "Dr Okafor", "reason": "Our insurer asks for it.", "prescriber": "Dr Prescriber"}
TANNING = NewQuestion(
    "Tanning bed",
    "Do you use one?",
    "It burns.",
    "about_you",
    (("Yes", RuleEdit("review", "Tanning bed.", "We will talk.")), ("No", RuleEdit(""))),
)
OWN = "own_tanning_bed"


class Writer:
    """An owner who writes a version of their clinic's questionnaire."""

    def __init__(self, owner, at=None):
        self.clinic, self.who = owner.clinic, {"by": owner.user, "at": at or timezone.now()}
        self.version = services.begin_version(clinic=self.clinic, **self.who)

    def add(self, new=TANNING):
        services.add_question(**self._draft(), new=new)
        return self

    def retire(self, key):
        services.retire_question(**self._draft(), key=key)
        return self

    def rules(self, key, edit):
        """Every rule of one question as `edit` makes it of the rule."""
        question = self.content.by_key[key]
        rules = tuple(edit(rule) for rule in question.rules)
        services.change_question(**self._draft(), key=key, edit=QuestionEdit(question.words, True, rules=rules))
        return self

    def publish(self):
        services.publish_version(**self._draft(), **SIGNED)
        self.version.refresh_from_db()
        return self.version

    @property
    def content(self):
        self.version.refresh_from_db()
        return read(self.version.content)

    def _draft(self):
        self.version.refresh_from_db()
        return {"version": self.version, "seen": self.version.fingerprint, **self.who}


def forbids(rule):
    """The rule, as one that forbids treatment."""
    return RuleEdit("absolute", rule.why, rule.client_why)


def newest():
    return QuestionnaireVersion.objects.published().first()
