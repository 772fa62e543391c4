"""The pages on which a record is filled in to the end, signed, and amended."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone

from portal.adminsite.options import ClinicModelAdmin
from portal.practice.middleware import acting
from treatments.sessions.admin.drafting import COMPLETES, desk_of
from treatments.sessions.admin.gaps import gaps_of
from treatments.sessions.admin.papers import MATERIALS, why_not_written
from treatments.sessions.forms.materials import MaterialsForm
from treatments.sessions.forms.signing import AmendForm, ChooseForm, SignForm
from treatments.sessions.models import Session
from treatments.sessions.services.amending import Said, amend_record, amendable
from treatments.sessions.services.materials import write_materials
from treatments.sessions.services.record import lines_of
from treatments.sessions.services.refusals import NotSigned, Signed
from treatments.sessions.services.signing import mark_of_record, sign_session, signed_record, why_not_yours

AMENDS = "treatments.amend_session"


class RecordFilter(admin.SimpleListFilter):
    """Sessions that were done, by whether their record is signed."""

    title = "record"
    parameter_name = "record"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Both."""
        return [("unsigned", "To sign"), ("signed", "Signed")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The rows of the chosen kind."""
        if self.value() == "unsigned":
            return queryset.to_sign()  # type: ignore[attr-defined,no-any-return]
        return queryset.exclude(signed=None) if self.value() == "signed" else queryset


class SigningPages(ClinicModelAdmin):
    """Materials and aftercare; sign; amend."""

    def get_urls(self) -> list[URLPattern]:
        """An address for each."""
        pages = {"materials": self.materials_page, "sign": self.sign_page, "amend": self.amend_page}
        own = [
            path(f"<int:object_id>/{verb}/", self.admin_site.admin_view(page), name=f"treatments_session_{verb}")
            for verb, page in pages.items()
        ]
        return [*own, *super().get_urls()]

    def materials_page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Numbing cream, serums, the skin at the end, aftercare."""

        def act(request: HttpRequest, session: Session, said: dict[str, Any]) -> str:
            write_materials(session=session, by=acting(request), at=timezone.now(), **said)
            return "Materials and aftercare are saved."

        if not request.user.has_perm(COMPLETES):
            raise PermissionDenied
        session: Session = self.get_own(request, object_id)
        drafts = desk_of(request, session, MATERIALS)
        if drafts.answer:
            return drafts.answer
        return self.action_page(
            request,
            object_id,
            title="Materials and aftercare",
            button="Save",
            permission=COMPLETES,
            form_class=MaterialsForm,
            form_kwargs={"session": session, "at": timezone.now()} | drafts.form_kwargs,
            act=act,
            template="admin/treatments/session/materials.html",
            drafts=drafts,
            why_not=why_not_written,
            lead="Write down what is known now. You can come back until the record is signed.",
        )

    def sign_page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """What will be locked, and what is still missing."""

        def act(request: HttpRequest, session: Session, _said: dict[str, Any]) -> str:
            read = request.POST.get("shown", "")
            sign_session(session=session, read=read, by=acting(request), at=timezone.now())
            return "The record is signed. What is put right from now on is an amendment beside it."

        def why_not(session: Session) -> str:
            return str(Signed()) if signed_record(session) else why_not_yours(session, acting(request))

        session = self.get_own(request, object_id)
        gaps = gaps_of(acting(request), session)
        return self.action_page(
            request,
            object_id,
            title=f"Sign the record of session {session.number} of {session.client}",
            button="Sign the record",
            permission="treatments.sign_session",
            form_class=SignForm,
            act=act,
            template="admin/treatments/session/sign.html",
            why_not=why_not,
            gaps=gaps,
            blocked=any(gap.blocks for gap in gaps),
            lines=lines_of(session),
            mark=mark_of_record(session),
            lead="Once it is signed, nothing of this can be changed or deleted. Photographs can still be added.",
        )

    def amend_page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """First what is to be amended, by ?what=; then what it should say and why."""
        if not request.user.has_perm(AMENDS):
            raise PermissionDenied
        session: Session = self.get_own(request, object_id)
        said = amendable(session)
        chosen = next((one for one in said if one.key == request.GET.get("what")), None)
        if chosen is None or signed_record(session) is None:
            return self._choose(request, session, said)

        def act(request: HttpRequest, session: Session, said: dict[str, Any]) -> str:
            amend_record(session=session, by=acting(request), at=timezone.now(), **said)
            return "The amendment is written down beside what was signed."

        return self.action_page(
            request,
            object_id,
            title=f"Amend: {chosen.label}",
            button="Amend the record",
            permission=AMENDS,
            form_class=AmendForm,
            form_kwargs={"session": session, "said": chosen, "at": timezone.now()},
            act=act,
            template="admin/treatments/session/amend_one.html",
            facts=[("It says", chosen.before or "Nothing")],
            lead="What was signed stays readable. Your name, the time and the reason are kept with the amendment.",
        )

    def _choose(self, request: HttpRequest, session: Session, said: list[Said]) -> HttpResponse:
        """Which part. Nothing is changed by this page."""
        why = "" if signed_record(session) else str(NotSigned())
        template = "admin/not_now.html" if why else "admin/treatments/session/amend.html"
        title = f"Amend the record of session {session.number} of {session.client}"
        form = ChooseForm(said=said)
        return self.page(request, template, title=title, object=session, why=why, form=form)


def amend_url(session: Session, said: Said) -> str:
    """Where one thing of a signed record is amended."""
    page = reverse("admin:treatments_session_amend", args=[session.pk])
    return f"{page}?{urlencode({'what': said.key})}"
