"""A page for each decision: accept, re-assess, ask, wait, refuse."""

from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from portal.adminsite.options import ClinicModelAdmin, choices_display
from portal.practice.middleware import acting
from treatments.products.terms import Zone
from treatments.screening import services
from treatments.screening.admin.not_now import (
    TO_SCREENING,
    why_not_accept,
    why_not_ask,
    why_not_decide,
    why_not_reassess,
)
from treatments.screening.admin.review import assessment_to_show, own_questions, shown_reasons
from treatments.screening.admin.sending import planned_for
from treatments.screening.forms.staff import (
    AcceptForm,
    AskForm,
    DeferForm,
    PlanFactsForm,
    ReassessForm,
    RefuseForm,
    facts_in,
    suggested_day,
)
from treatments.screening.guidance import OUTCOME_BADGES, letters_needed
from treatments.screening.models import Screening
from treatments.screening.questionnaire import read_kept
from treatments.screening.rules import PlanFacts
from treatments.screening.terms import Condition


class DecisionPages(ClinicModelAdmin):
    """GET shows what will happen; POST calls one service and leads back to the review."""

    def accept_page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Accept the client for treatment, with conditions or without."""

        def act(request: HttpRequest, screening: Screening, said: dict[str, Any]) -> str:
            lower = said.pop("lower_depth")
            services.accept_screening(
                screening=screening, **said, max_depth_mm=lower, by=acting(request), at=timezone.now()
            )
            return f"{screening.client} is accepted for treatment."

        screening = self.get_own(request, object_id)
        reasons = _reasons(screening)
        own = own_questions(read_kept(screening.questionnaire)) if screening.answers else []
        return self._decision_page(
            request,
            object_id,
            act,
            title="Accept for treatment",
            button="Accept",
            form_class=AcceptForm,
            form_kwargs={"questions": own, "needs_reason": bool(reasons)},
            template="admin/treatments/screening/accept.html",
            reasons=reasons,
            letters_for=_letters(screening),
            why_not=lambda row: why_not_accept(row, row.local_day(timezone.now())),
            done=lambda row: reverse("client_page", args=[row.client_id]),
            lead=f"The screening then holds for {screening.clinic.screening_holds_days} days, for what was planned. "
            "The client confirms before every session that nothing has changed.",
        )

    def reassess_page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Accept the same answers for another plan; the plan may be chosen in the address."""

        def act(request: HttpRequest, screening: Screening, said: dict[str, Any]) -> str:
            del said["own_answers"]
            lower = said.pop("lower_depth")
            services.reassess_screening(
                screening=screening, **said, lower_depth_mm=lower, by=acting(request), at=timezone.now()
            )
            return f"The screening of {screening.client} now holds for this plan too."

        screening = self.get_own(request, object_id)
        chosen = PlanFactsForm(request.GET or None, initial=_judged_with(screening) | planned_for(screening.client))
        posted = PlanFactsForm(request.POST) if request.method == "POST" else None
        facts = facts_of(posted if posted and posted.is_valid() else chosen)
        judged = _judged(screening, facts)
        return self._decision_page(
            request,
            object_id,
            act,
            title="Re-assess for a changed plan",
            button="Accept for this plan",
            form_class=ReassessForm,
            form_kwargs={"initial": facts | _conditions_so_far(screening), "needs_reason": bool(judged["reasons"])},
            template="admin/treatments/screening/reassess.html",
            why_not=lambda row: why_not_reassess(row, row.local_day(timezone.now())),
            chosen=chosen,
            **judged,
        )

    def ask_page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Ask the client a question."""

        def act(request: HttpRequest, screening: Screening, said: dict[str, Any]) -> str:
            services.ask_client(screening=screening, **said, by=acting(request), at=timezone.now())
            return f"The question is on its way to {screening.client.email}. The answer appears on Today."

        return self._decision_page(
            request,
            object_id,
            act,
            why_not=why_not_ask,
            title="Ask the client a question",
            button="Send the question",
            form_class=AskForm,
            lead="The client gets an email with a link, gives their date of birth, and answers there. "
            "You can still decide before the answer comes.",
        )

    def defer_page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Wait until a day."""

        def act(request: HttpRequest, screening: Screening, said: dict[str, Any]) -> str:
            services.defer_screening(screening=screening, **said, by=acting(request), at=timezone.now())
            return f"{screening.client} waits until {said['until']:%-d %b %Y}. On that day they appear on Today."

        screening = self.get_own(request, object_id)
        day = suggested_day(screening.defer_until, screening.local_day(timezone.now()))
        return self._decision_page(
            request,
            object_id,
            act,
            title="Wait before treating",
            button="Wait until this day",
            form_class=DeferForm,
            form_kwargs={"initial": {"until": day}},
            lead="No session can start until then. The client is not told from here. "
            "When the day comes, Today offers to invite them again.",
        )

    def refuse_page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Decide against treatment."""

        def act(request: HttpRequest, screening: Screening, said: dict[str, Any]) -> str:
            services.refuse_screening(screening=screening, **said, by=acting(request), at=timezone.now())
            return f"{screening.client} is not to be treated on this screening."

        return self._decision_page(
            request,
            object_id,
            act,
            title="Not suitable",
            button="Refuse",
            form_class=RefuseForm,
            danger=True,
            lead="No session can start. The client is not told from here: please speak with them.",
        )

    def _decision_page(self, request: HttpRequest, object_id: int, act: Any, **page: Any) -> HttpResponse:
        back = reverse("admin:treatments_screening_review", args=[object_id])
        defaults: dict[str, Any] = {
            "done": lambda _: back,
            "why_not": why_not_decide,
            "back_words": TO_SCREENING,
        }
        return self.action_page(
            request,
            object_id,
            act=act,
            permission="treatments.decide_screening",
            back_url=back,
            **defaults | page,
        )


def _reasons(screening: Screening) -> list[Any]:
    return shown_reasons(read_kept(screening.questionnaire), assessment_to_show(screening)) if screening.answers else []


def _letters(screening: Screening) -> list[str]:
    return (
        letters_needed(read_kept(screening.questionnaire), assessment_to_show(screening)) if screening.answers else []
    )


def _judged_with(screening: Screening) -> dict[str, Any]:
    return {name: getattr(screening, name) for name in PlanFactsForm.base_fields}


def facts_of(form: PlanFactsForm) -> dict[str, Any]:
    """The plan that a form holds: what was chosen if it is whole, else what it began with."""
    return facts_in(form.cleaned_data if form.is_bound and form.is_valid() else form.initial)


def _conditions_so_far(screening: Screening) -> dict[str, Any]:
    """The conditions of the last decision, so that none is dropped unseen; a lower depth is judged anew."""
    last = screening.decisions.first()
    kept = [one for one in last.conditions if one != Condition.LOWER_DEPTH] if last else []
    return {"conditions": kept, "conditions_note": last.conditions_note if last else ""}


def _judged(screening: Screening, facts: dict[str, Any]) -> dict[str, object]:
    """What the rules say of this plan today, and what of it is new."""
    plan = PlanFacts(frozenset(facts["areas"]), facts["device_kind"], facts["topical_anaesthetic"])
    depth = Decimal(facts["max_depth_mm"])
    if not screening.answers:
        return {"beyond": [], "reasons": [], "outcome": "", "badge": "info"}
    assessment = screening.assess(on=screening.local_day(timezone.now()), plan=plan)
    return {
        "beyond": services.beyond(screening, plan, depth),
        "letters": services.letters_for(screening, assessment),
        "reasons": shown_reasons(read_kept(screening.questionnaire), assessment),
        "outcome": assessment.outcome.label,
        "badge": OUTCOME_BADGES[assessment.outcome],
        "areas": choices_display(Zone, facts["areas"]),
        "planned": facts,
    }
