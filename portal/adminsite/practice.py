"""The clinic, its team and their certificates: the pages under "Clinic"."""

from datetime import timedelta
from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html

from portal.adminsite.forms import ToldOfOthers
from portal.adminsite.options import ClinicModelAdmin, badge
from portal.practice.forms import CertificateForm, ClinicForm, InviteForm, LeaveForm, RoleForm
from portal.practice.guidance import emergency_words
from portal.practice.middleware import acting, clinic_of
from portal.practice.models import Certificate, Clinic, Membership
from portal.practice.services import change_role, end_membership, invite_member
from portal.practice.terms import Role
from portal.security.refusals import Refused
from portal.security.uploads import as_download

SOON = timedelta(days=30)


class ClinicPageForm(ToldOfOthers, ClinicForm):
    """The clinic's facts, with two windows in mind."""


class CertificatePageForm(ToldOfOthers, CertificateForm):
    """A certificate, likewise."""


@admin.register(Clinic)
class ClinicAdmin(ClinicModelAdmin):
    """The one clinic that is open."""

    form = ClinicPageForm
    fieldsets = (
        ("The clinic", {"fields": ("name", "address", "phone", "country", "time_zone", "language")}),
        ("Emails to clients", {"fields": ("sender_name", "reply_to", "colour", "sends_from", "sends_until")}),
        (
            "Before a treatment",
            {"fields": ("screening_holds_days", "cooling_off_days", "permitted_premises")},
        ),
        ("For a client who is worried", {"fields": ("emergency_words", "standard_words")}),
    )
    readonly_fields = ("standard_words",)

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Clinic]":
        """The open clinic alone."""
        return Clinic.objects.filter(pk=clinic_of(request).pk)

    @admin.display(description="Standard wording for the country")
    def standard_words(self, clinic: Clinic) -> str:
        """What clients read when the clinic has no wording of its own."""
        return emergency_words(clinic.country)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """There is one clinic, so this is its page: facts, team, certificates, and the ways on."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        clinic = self.get_queryset(request).get()
        may = request.user.has_perm
        team = Membership.objects.current().select_related("user").order_by("user__full_name")
        certificates = Certificate.objects.select_related("membership__user")
        return self.page(
            request,
            "admin/portal/clinic/overview.html",
            title=clinic.name,
            crumb="Clinic",
            own=clinic,
            worried=clinic.emergency_words or emergency_words(clinic.country),
            team=team if may("portal.view_membership") else None,
            certificates=[(held, standing(held)) for held in certificates] if may("portal.view_certificate") else None,
            may_edit=may("portal.change_clinic"),
            may_invite=may("portal.invite_membership"),
            may_certify=may("portal.add_certificate"),
            sees_devices=may("treatments.view_device"),
            sees_audit=may("portal.view_auditevent"),
            oversees=may("treatments.oversee_screening"),
        )

    def response_change(self, request: HttpRequest, obj: Clinic) -> HttpResponse:
        """Back to the clinic's page."""
        messages.success(request, "The clinic's details are saved.")
        return redirect("admin:portal_clinic_changelist")


@admin.register(Membership)
class MembershipAdmin(ClinicModelAdmin):
    """The team: who works here, as what."""

    empty_words = "Nobody yet. Invite the people who work here: each gets an email to choose a password."
    list_display = ("name", "email", "role", "standing")
    list_display_links = None
    list_filter = ("role", ("ended_at", admin.EmptyFieldListFilter))
    list_select_related = ("user",)
    search_fields = ("user__full_name", "user__email")
    search_help_text = "Name or email"
    ordering = ("ended_at", "user__full_name")
    fields = ("name", "email", "role", "standing")
    readonly_fields = fields

    def get_urls(self) -> list[URLPattern]:
        """The pages that change the team."""
        wrap = self.admin_site.admin_view
        return [
            path("invite/", wrap(self.invite_page), name="portal_membership_invite"),
            path("<int:object_id>/end/", wrap(self.end_page), name="portal_membership_end"),
            path("<int:object_id>/role/", wrap(self.role_page), name="portal_membership_role"),
            *super().get_urls(),
        ]

    @admin.display(description="name", ordering="user__full_name")
    def name(self, member: Membership) -> str:
        """Their name, which opens their page."""
        return format_html('<a href="{}">{}</a>', reverse("admin:portal_membership_change", args=[member.pk]), member)

    @admin.display(description="email", ordering="user__email")
    def email(self, member: Membership) -> str:
        """The address they sign in with."""
        return member.user.email

    @admin.display(description="standing", ordering="ended_at")
    def standing(self, member: Membership) -> str:
        """Whether they work here now."""
        if member.ended_at:
            return badge("info", f"Left on {timezone.localtime(member.ended_at):%-d %b %Y}")
        if not member.user.has_usable_password():
            return badge("warn", "Invited, no password yet")
        return badge("ok", "Works here")

    def invite_page(self, request: HttpRequest) -> HttpResponse:
        """Name, email and role; the person chooses a password by the link in the email."""
        if not request.user.has_perm("portal.invite_membership"):
            raise PermissionDenied
        form = InviteForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                self._invite(request, form.cleaned_data)
            except Refused as refusal:
                form.add_error("email", str(refusal))
            else:
                messages.success(request, "The invitation is on its way.")
                return redirect("admin:portal_membership_changelist")
        lead = "They get an email with a link to choose a password. Until then they cannot sign in."
        return self.page(
            request,
            "admin/action_page.html",
            title="Invite somebody",
            form=form,
            button="Send the invitation",
            lead=lead,
        )

    def _invite(self, request: HttpRequest, said: dict[str, Any]) -> None:
        invite_member(**said, clinic=clinic_of(request), by=acting(request), at=timezone.now())

    def end_page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Somebody leaves."""

        def act(request: HttpRequest, member: Membership, _: dict[str, Any]) -> str:
            end_membership(membership=member, by=acting(request), at=timezone.now())
            return f"{member} has left the team and is signed out."

        return self.action_page(
            request,
            object_id,
            title="End somebody's access",
            button="End access now",
            permission="portal.end_membership",
            form_class=LeaveForm,
            act=act,
            done=reverse("admin:portal_membership_changelist"),
            danger=True,
            lead="They are signed out at once and cannot sign in again. What they wrote and did stays in the records.",
        )

    def role_page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Somebody may do more or less."""

        def act(request: HttpRequest, member: Membership, said: dict[str, Any]) -> str:
            change_role(membership=member, role=said["role"], by=acting(request), at=timezone.now())
            return f"{member} is now: {Role(said['role']).label}."

        member = self.get_queryset(request).filter(pk=object_id).first()
        return self.action_page(
            request,
            object_id,
            title="Change somebody's role",
            button="Change the role",
            permission="portal.role_membership",
            form_class=RoleForm,
            form_kwargs={"initial": {"role": member.role if member else ""}},
            act=act,
            lead="Owners run the clinic and its team. Practitioners treat. "
            "The front desk books and sends forms, and sees no answers.",
        )


def standing(certificate: Certificate) -> str:
    """Whether a certificate holds today, as a badge."""
    today = timezone.localdate()
    if certificate.expires_on < today:
        return badge("bad", "Expired")
    if certificate.issued_on > today:
        return badge("info", "Not valid yet")
    if certificate.expires_on - today <= SOON:
        return badge("warn", "Expires soon")
    return badge("ok", "Valid")


@admin.register(Certificate)
class CertificateAdmin(ClinicModelAdmin):
    """What each practitioner is certified for. Sessions and plans ask this."""

    form = CertificatePageForm
    empty_words = "No certificates yet. Add each practitioner's: a session cannot be completed without a valid one."
    list_display = ("title", "membership", "max_depth_mm", "radio_frequency", "expires_on", "standing")
    list_filter = ("radio_frequency",)
    list_select_related = ("membership__user",)
    search_fields = ("title", "number", "awarding_body", "membership__user__full_name")
    search_help_text = "Title, number, awarding body or name"

    def get_fields(self, request: HttpRequest, obj: Certificate | None = None) -> tuple[str, ...]:
        """The form's fields, and the kept file; the bare file field only for those who may replace it."""
        replaceable = self.has_change_permission(request, obj)
        names = ("membership", *(name for name in CertificateForm.Meta.fields if name != "file" or replaceable))
        return (*names, "kept_file") if obj else names

    def get_readonly_fields(self, request: HttpRequest, obj: Certificate | None = None) -> tuple[str, ...]:
        """The link to the kept file is no field."""
        return ("kept_file",) if obj else ()

    def get_urls(self) -> list[URLPattern]:
        """The download of the kept file."""
        download = self.admin_site.admin_view(self.download)
        return [path("<int:object_id>/file/", download, name="portal_certificate_file"), *super().get_urls()]

    @admin.display(description="standing", ordering="expires_on")
    def standing(self, certificate: Certificate) -> str:
        """Whether it holds today."""
        return standing(certificate)

    @admin.display(description="Kept file")
    def kept_file(self, certificate: Certificate) -> str:
        """The way to the file."""
        if not certificate.file:
            return "No file yet"
        return format_html('<a href="{}">Download</a>', reverse("admin:portal_certificate_file", args=[certificate.pk]))

    def save_model(self, request: HttpRequest, obj: Certificate, form: Any, change: bool) -> None:
        """Keep the certificate; a file that was replaced goes once the change is certain."""
        replaced = (
            Certificate.objects.filter(pk=obj.pk).exclude(file="").first() if "file" in form.changed_data else None
        )
        super().save_model(request, obj, form, change)
        if replaced:
            transaction.on_commit(partial(replaced.file.storage.delete, str(replaced.file.name)))

    def download(self, request: HttpRequest, object_id: int) -> FileResponse:
        """The file, to the clinic's own people and as a download only."""
        certificate = self.get_own(request, object_id)
        if not self.has_view_permission(request, certificate):
            raise PermissionDenied
        if not certificate.file:
            raise Http404
        return as_download(certificate.file, "certificate")
