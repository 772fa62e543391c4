"""The review: everything that a decision needs, on one page."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.utils import timezone

from portal.adminsite.ids import id_from
from portal.adminsite.options import ClinicModelAdmin, choices_display
from portal.practice.terms import Language
from portal.security.uploads import as_download
from treatments.products.terms import Zone
from treatments.screening import services
from treatments.screening.admin.sources import Piece, numbered_sources, pieces
from treatments.screening.guidance import (
    OUTCOME_BADGES,
    STATE_BADGES,
    SUITABLE_SO_FAR,
    ReasonLine,
    answer_lines,
    changes,
    in_print,
    letters_needed,
    note_lines,
    reason_lines,
)
from treatments.screening.models import Decision, Letter, Query, Screening
from treatments.screening.questionnaire import Questionnaire, read_kept
from treatments.screening.rules import Assessment, Level
from treatments.screening.terms import Condition, DecisionKind, Outcome, State

DECISION_BADGES: dict[str, str] = {
    DecisionKind.ACCEPTED: "ok",
    DecisionKind.WITH_CONDITIONS: "ok",
    DecisionKind.DEFERRED: "warn",
    DecisionKind.REFUSED: "bad",
}


class ReviewPages(ClinicModelAdmin):
    """The review, the letters' downloads and the list of sources."""

    def review_page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """The outcome first, then what it rests on."""
        self._must_see(request)
        screening = self.get_own(request, object_id)
        return self.page(
            request,
            "admin/treatments/screening/review.html",
            title=f"Screening of {screening.client}",
            object=screening,
            areas=choices_display(Zone, screening.areas),
            badge=STATE_BADGES[screening.state],
            language=dict(Language.choices).get(screening.language, screening.language),
            is_out=screening.state == State.SENT,
            may_reassess=request.user.has_perm("treatments.decide_screening")
            and services.may_reassess(screening, screening.local_day(timezone.now())),
            review=_review(request, screening) if screening.answers else None,
            decisions=_decisions(screening),
            queries=Query.objects.filter(screening=screening).select_related("asked_by"),
        )

    def letter_page(self, request: HttpRequest, object_id: int) -> FileResponse:
        """A letter's file, as a download only."""
        self._must_see(request)
        letter = Letter.objects.filter(pk=id_from(str(object_id)) or 0).first()
        if letter is None or not letter.file.storage.exists(str(letter.file.name)):
            raise Http404
        return as_download(letter.file, "letter")

    def sources_page(self, request: HttpRequest) -> HttpResponse:
        """What the numbers behind the reasons stand for."""
        self._must_see(request)
        return self.page(
            request, "admin/treatments/screening/sources.html", title="Sources", sources=numbered_sources().items()
        )

    def _must_see(self, request: HttpRequest) -> None:
        if not request.user.has_perm("treatments.view_screening"):
            raise PermissionDenied


@dataclass(frozen=True)
class Shown:
    """A reason with its source in pieces."""

    line: ReasonLine
    source: list[Piece]


def shown_reasons(questionnaire: Questionnaire, assessment: Assessment) -> list[Shown]:
    """The reasons, heaviest first; what only the practitioner can answer is left for the decision's page."""
    own = {question.key for question in own_questions(questionnaire)}
    asked = [reason for reason in assessment.reasons if not (reason.key in own and reason.level == Level.MISSING)]
    kept = Assessment(assessment.outcome, tuple(asked), assessment.notes, assessment.defer_until)
    return [Shown(line, pieces(line.source)) for line in reason_lines(questionnaire, kept)]


def own_questions(questionnaire: Questionnaire) -> list[Any]:
    """The questions that the practitioner answers."""
    return [question for question in questionnaire.questions if question.asked_of == "practitioner"]


def assessment_to_show(screening: Screening) -> Assessment:
    """What the rules say today while it can still be decided, else what the decision was taken on."""
    if screening.state in services.OPEN_TO_DECISION:
        return screening.assess(on=screening.local_day(timezone.now()))
    return screening.kept_assessment


def _review(request: HttpRequest, screening: Screening) -> dict[str, object]:
    undecided = screening.state in services.OPEN_TO_DECISION
    questionnaire = read_kept(screening.questionnaire)
    assessment = assessment_to_show(screening)
    reasons = shown_reasons(questionnaire, assessment)
    only_own = assessment.outcome == Outcome.REVIEW and not reasons
    outcome = Outcome.SUITABLE if only_own else assessment.outcome
    may_decide = undecided and request.user.has_perm("treatments.decide_screening")
    given_on, given = screening.birth_given, (screening.answers or {}) | screening.own_answers
    return {
        "outcome": SUITABLE_SO_FAR if only_own and undecided else outcome.label,
        "badge": OUTCOME_BADGES[outcome],
        "only_own": only_own and undecided,
        "defer_until": assessment.defer_until,
        "was": screening.get_outcome_display() if assessment.outcome != screening.outcome else "",
        "reasons": reasons,
        "notes": note_lines(questionnaire, assessment.notes, given),
        "letters_for": letters_needed(questionnaire, assessment) if undecided else [],
        "answers": _answers(screening, questionnaire),
        "since": _changes(screening, questionnaire),
        "attribution": in_print(questionnaire.attribution),
        "version": questionnaire.version,
        "other_birth": given_on if given_on != screening.client.date_of_birth else None,
        "may_decide": may_decide,
        "may_accept": may_decide and assessment.outcome in (Outcome.SUITABLE, Outcome.REVIEW),
    }


@dataclass(frozen=True)
class AnswerLine:
    """One answer as it was asked; `read` and `chosen` are what the client saw in another language."""

    words: str
    answer: str
    read: str = ""
    chosen: str = ""


def _answers(screening: Screening, questionnaire: Questionnaire) -> list[AnswerLine]:
    given = (screening.answers or {}) | screening.own_answers
    ours = answer_lines(questionnaire, given)
    theirs = answer_lines(questionnaire, given, screening.wording)
    return [
        AnswerLine(
            line.words,
            line.answer,
            seen.words if seen.words != line.words else "",
            seen.answer if seen.answer != line.answer else "",
        )
        for line, seen in zip(ours, theirs, strict=True)
    ]


def _changes(screening: Screening, questionnaire: Questionnaire) -> dict[str, object] | None:
    """What the client answers otherwise than in their form before; None when there is none before."""
    before = (
        Screening.objects.filter(client=screening.client_id, submitted_at__lt=screening.submitted_at).answered().first()
    )
    if before is None:
        return None
    lines = changes(questionnaire, before.answers or {}, screening.answers or {}, read_kept(before.questionnaire))
    return {"before": before, "lines": lines}


def _decisions(screening: Screening) -> list[dict[str, object]]:
    rows: Iterable[Decision] = screening.decisions.select_related("decided_by").prefetch_related("letters")
    return [
        {
            "row": row,
            "badge": DECISION_BADGES[row.kind],
            "areas": choices_display(Zone, row.areas),
            "conditions": choices_display(Condition, row.conditions),
            "letters": list(row.letters.all()),
        }
        for row in rows
    ]
