"""The verbs of a clinic's own questionnaire: begin a version, change it, see what it would mean, publish it."""

from treatments.questionnaires.services.ages import AgeEdit
from treatments.questionnaires.services.drafts import (
    add_question,
    begin_version,
    change_ages,
    change_question,
    discard_version,
    origin_of,
    restore_question,
    retire_question,
    retired_from,
)
from treatments.questionnaires.services.editing import Approval, NewQuestion, QuestionEdit, RuleEdit
from treatments.questionnaires.services.preview import Change, Preview, preview
from treatments.questionnaires.services.publishing import publish_version
from treatments.questionnaires.services.refusals import (
    ApproverNeeded,
    DraftExists,
    DraftMoved,
    NoDraft,
    NoSuchQuestion,
    NotToBeUsed,
    PrescriberNeeded,
    PublishReasonNeeded,
    StillNeeded,
)

__all__ = [
    "AgeEdit",
    "Approval",
    "ApproverNeeded",
    "Change",
    "DraftExists",
    "DraftMoved",
    "NewQuestion",
    "NoDraft",
    "NoSuchQuestion",
    "NotToBeUsed",
    "PrescriberNeeded",
    "Preview",
    "PublishReasonNeeded",
    "QuestionEdit",
    "RuleEdit",
    "StillNeeded",
    "add_question",
    "begin_version",
    "change_ages",
    "change_question",
    "discard_version",
    "origin_of",
    "preview",
    "publish_version",
    "restore_question",
    "retire_question",
    "retired_from",
]
