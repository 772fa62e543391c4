"""The owner's forms: a question with its rules, one of the clinic's own, the ages, and publishing."""

from treatments.questionnaires.forms.ages import AgesForm
from treatments.questionnaires.forms.publishing import PublishForm
from treatments.questionnaires.forms.questions import NewQuestionForm, QuestionForm

__all__ = ["AgesForm", "NewQuestionForm", "PublishForm", "QuestionForm"]
