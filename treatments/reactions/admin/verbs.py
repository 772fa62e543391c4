"""What can be done with a case: each on a page of its own."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from portal.adminsite.options import ClinicModelAdmin
from portal.practice.middleware import acting
from treatments.cases import services
from treatments.cases.models import Case
from treatments.cases.terms import ReactionKind
from treatments.photos.admin.cures import why_hidden
from treatments.photos.services import of_client
from treatments.reactions.forms import RESUME, AttachForm, ChangeForm, CloseForm, EntryForm, ReportedForm
from treatments.reactions.guidance import SCHEMES, to_know
from treatments.reactions.services import draft_report, end_case, note_done

NOTES = "treatments.note_case"
CLOSED = str(services.CaseClosed())
Page = Callable[[HttpRequest, int], HttpResponse]


def why_closed(case: Case) -> str:
    """Why nothing more is done to a case."""
    return "" if case.is_open else CLOSED


class VerbPages(ClinicModelAdmin):
    """Write down what was done, put right what it says, add photographs, close."""

    def verb_pages(self) -> dict[str, Page]:
        """By the last part of their address."""
        return {
            "write": self.write_page,
            "edit": self.edit_page,
            "attach": self.attach_page,
            "close": self.close_page,
            "report": self.report_page,
        }

    def buttons(self, request: HttpRequest, case: Case) -> list[tuple[str, str, str]]:
        """What this person can do now: word, address, style."""
        offered = [
            ("Write what was done", "write", "primary", NOTES, case.is_open),
            ("Add photographs", "attach", "", NOTES, case.is_open),
            ("Put the facts right", "edit", "", NOTES, case.is_open),
            ("Report it", "report", "", NOTES, True),
            ("Close the case", "close", "", "treatments.close_case", case.is_open),
        ]
        return [
            (word, reverse(f"admin:treatments_case_{verb}", args=[case.pk]), style)
            for word, verb, style, permission, now in offered
            if now and request.user.has_perm(permission)
        ]

    def write_page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Somebody called, advised, saw or referred the client."""

        def act(request: HttpRequest, case: Case, said: dict[str, Any]) -> str:
            acted_on = note_done(case=case, by=acting(request), at=timezone.now(), **said)
            return "It is written down." + (" The red flag waits no more." if acted_on else "")

        case: Case = self.get_own(request, object_id)
        known = {"grade": case.grade, "contacted": case.contacted_at is not None, "at": timezone.now()}
        return self.action_page(
            request,
            object_id,
            title=f"What was done: {case}",
            button="Write it down",
            permission=NOTES,
            form_class=EntryForm,
            form_kwargs=known,
            act=act,
            why_not=why_closed,
            template="admin/treatments/case/write.html",
        )

    def edit_page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """What it says was wrong, or has changed."""

        def act(request: HttpRequest, case: Case, said: dict[str, Any]) -> str:
            services.change_case(case=case, by=acting(request), at=timezone.now(), **said)
            return "The facts are put right. What they were before stays in the case."

        case: Case = self.get_own(request, object_id)
        held = {name: getattr(case, name) for name in ("kind", "zones", "began_on", "grade")}
        return self.action_page(
            request,
            object_id,
            title=f"Put the facts right: {case}",
            button="Put right",
            permission=NOTES,
            form_class=ChangeForm,
            form_kwargs={"initial": held},
            act=act,
            why_not=why_closed,
        )

    def attach_page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Photographs of the client that belong to the case."""

        def act(request: HttpRequest, case: Case, said: dict[str, Any]) -> str:
            services.add_photographs(case=case, by=acting(request), at=timezone.now(), **said)
            return "They belong to the case now."

        def why_not(case: Case) -> str:
            return why_closed(case) or (hidden.why if hidden else "") or ("" if left else NO_MORE)

        case: Case = self.get_own(request, object_id)
        held = set(case.entries.values_list("photograph_id", flat=True))
        hidden = why_hidden(case.client, acting(request))
        left = [] if hidden else [one for one in of_client(case.client) if one.pk not in held]
        return self.action_page(
            request,
            object_id,
            title=f"Add photographs: {case}",
            button="Add them",
            permission=NOTES,
            form_class=AttachForm,
            form_kwargs={"photographs": left},
            act=act,
            why_not=why_not,
            hidden=hidden if case.is_open else None,
            lead="New ones are taken from the session’s page first.",
        )

    def close_page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """It is over; the emails that waited go on, or not."""

        def act(request: HttpRequest, case: Case, said: dict[str, Any]) -> str:
            resume = said.pop("emails") == RESUME
            end_case(case=case, resume=resume, by=acting(request), at=timezone.now(), **said)
            return "The case is closed."

        return self.action_page(
            request,
            object_id,
            title="Close the case",
            button="Close the case",
            permission="treatments.close_case",
            form_class=CloseForm,
            form_kwargs={"unclear": self.get_own(request, object_id).kind == ReactionKind.UNCLEAR},
            act=act,
            why_not=why_closed,
            lead="For what has healed, or what a doctor goes on with. A closed case is kept as it is: it is not opened "
            "again.",
        )

    def report_page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """The text for the regulator, ready to paste; POST notes whom it was reported to."""

        def act(request: HttpRequest, case: Case, said: dict[str, Any]) -> str:
            services.note_report(case=case, by=acting(request), at=timezone.now(), **said)
            return "It is noted whom it was reported to."

        case: Case = self.get_own(request, object_id)
        schemes, _note = SCHEMES[case.clinic.country]
        return self.action_page(
            request,
            object_id,
            title=f"Report: {case}",
            button="Note it",
            permission=NOTES,
            form_class=ReportedForm,
            form_kwargs={"initial": {"where": schemes[0], "reported_on": timezone.localdate()}},
            act=act,
            template="admin/treatments/case/report.html",
            schemes=schemes,
            to_know=to_know(case.clinic.country),
            text=draft_report(case=case),
        )

    def isolate(self, request: HttpRequest, case: Case) -> list[tuple[str, str, str]]:
        """The device and the lot to put aside: what, the button's word and its address."""
        session, may = case.session, request.user.has_perm
        found = []
        if session.device_id and may("treatments.change_device"):
            page = reverse("admin:treatments_device_change", args=[session.device_id])
            retired = session.device.retired_on if session.device else None
            found.append((f"{session.device}" + (" (retired)" if retired else ""), "Retire the device", page))
        if session.lot and may("treatments.quarantine_lot"):
            page = reverse("admin:treatments_lot_quarantine", args=[session.lot.pk])
            found.append((f"{session.lot} ({session.lot.get_state_display().lower()})", "Quarantine the lot", page))
        elif session.cartridge_lot:
            page = reverse("admin:treatments_lot_changelist")
            found.append((f"Lot {session.cartridge_lot}, which is not on your list", "Open the lots", page))
        return found


NO_MORE = "There are no photographs that are not in the case already. Take new ones from the session’s page."
