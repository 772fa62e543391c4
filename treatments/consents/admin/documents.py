"""What the clinic asks consent to: the version in force of each document, and new versions of it."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html

from portal.adminsite.options import ClinicModelAdmin, badge
from portal.practice.middleware import acting, clinic_of
from portal.practice.terms import Language
from portal.security.refusals import Refused
from treatments.consents import services
from treatments.consents.guidance import fields_of, problem_of
from treatments.consents.models import Consent, Document
from treatments.consents.terms import ConsentPurpose, State

MAY_CHANGE = "treatments.change_document"


class BeginForm(forms.Form):
    """Which document gets a new version."""

    purpose = forms.ChoiceField(label="Which document", choices=ConsentPurpose.choices, widget=forms.RadioSelect)


class TextsForm(forms.Form):
    """The text in each language, and whether a witness signs too."""

    needs_witness = forms.BooleanField(label="A witness signs too", required=False)

    def __init__(self, *args: Any, document: Document, **kwargs: Any) -> None:
        kwargs["initial"] = dict(document.texts) | {"needs_witness": document.needs_witness}
        super().__init__(*args, **kwargs)
        self.document = document
        for language in Language:
            own = language == document.clinic.language
            self.fields[language.value] = forms.CharField(
                label=f"Text in {language.label}",
                required=own,
                widget=forms.Textarea(attrs={"rows": 24, "lang": language.value, "spellcheck": "true"}),
                help_text="" if own else "Left empty, clients read it in your clinic’s language.",
            )

    def clean(self) -> dict[str, Any]:
        """Each text with what cannot be shown in it, at its own field."""
        cleaned: dict[str, Any] = super().clean() or {}
        for language in Language:
            text = cleaned.get(language.value, "")
            if text and (problem := problem_of(text.replace("\r\n", "\n"), self.document.purpose)):
                self.add_error(language.value, problem)
        return cleaned


class PublishForm(forms.Form):
    """Why the text changes, and what becomes of those who signed the old one."""

    reason = forms.CharField(label="Why it changes", widget=forms.Textarea(attrs={"rows": 3}), max_length=2000)
    asks_again = forms.ChoiceField(
        label="Clients who signed the version before",
        choices=[("no", "What they signed goes on"), ("yes", "What they signed ends: ask everybody again")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose whether everybody is asked again."},
    )


@admin.register(Document)
class DocumentAdmin(ClinicModelAdmin):
    """Every version, the newest first. Owners write new ones; whoever treats may read them."""

    empty_words = "No documents yet: the portal’s own are used from the first time you ask for consent."
    list_display = ("name", "number", "status", "published_at")
    list_display_links = None
    list_filter = ("purpose",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """New versions are begun on a page of their own, which the list offers as its add button."""
        return request.user.has_perm(MAY_CHANGE)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Django’s own change form is never used."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Every version stays: somebody may have signed it."""
        return False

    @admin.display(description="document", ordering="purpose")
    def name(self, document: Document) -> str:
        """What it asks for, as the way to its page."""
        url = reverse("admin:treatments_document_change", args=[document.pk])
        return format_html('<a href="{}">{}</a>', url, document.get_purpose_display())

    @admin.display(description="state")
    def status(self, document: Document) -> str:
        """Draft, in force, or earlier."""
        return badge(*status_of(document))

    def get_urls(self) -> list[URLPattern]:
        """Django's addresses, and a page for each verb."""
        pages = {"edit": self.edit_page, "preview": self.preview_page, "publish": self.publish_page}
        own = [
            path(f"<int:object_id>/{verb}/", self.admin_site.admin_view(page), name=f"treatments_document_{verb}")
            for verb, page in pages.items()
        ]
        defaults = self.admin_site.admin_view(self.defaults_page)
        return [path("defaults/", defaults, name="treatments_document_defaults"), *own, *super().get_urls()]

    def defaults_page(self, request: HttpRequest) -> HttpResponse:
        """All texts that ship with the portal, also those that nobody was asked about yet."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        language = clinic_of(request).language
        replaced = set(Document.objects.published().exclude(published_by=None).values_list("purpose", flat=True))
        shown = [
            {
                "purpose": purpose.value,
                "name": purpose.label,
                "language": language,
                "replaced": purpose in replaced,
                "blocks": blocks_of(services.default_texts(purpose)[language], language),
            }
            for purpose in ConsentPurpose
        ]
        title = "The portal’s own texts"
        return self.page(request, "admin/treatments/document/defaults.html", title=title, shown=shown)

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """Begin a new version of one document."""
        if not request.user.has_perm(MAY_CHANGE):
            raise PermissionDenied
        form = BeginForm(request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            try:
                draft = services.begin_document(
                    clinic=clinic_of(request), by=acting(request), at=timezone.now(), **form.cleaned_data
                )
            except Refused as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, "The new version begins as the one in force. Nobody sees it yet.")
                return redirect("admin:treatments_document_edit", draft.pk)
        title = "Begin a new version"
        return self.page(request, "admin/action_page.html", title=title, form=form, button="Begin", object=Document())

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """One version: its text as clients read it, in each language, and what can be done with it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        document = self.get_own(request, object_id)
        return self._show(request, document, document.texts)

    def edit_page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Write the draft."""
        document = self._own_draft(request, object_id)

        def act(request: HttpRequest, document: Document, cleaned: dict[str, Any]) -> str:
            texts = {language.value: cleaned[language.value] for language in Language}
            services.change_document(
                document=document,
                texts=texts,
                needs_witness=cleaned["needs_witness"],
                by=acting(request),
                at=timezone.now(),
            )
            return "Saved. This is how clients will read it, with made-up facts. Nobody sees it before you publish it."

        names = [f"{{{name}}}: {meaning}" for name, meaning in fields_of(document.purpose).items()]
        return self.action_page(
            request,
            object_id,
            title=f"Write {document}",
            button="Save and preview",
            permission=MAY_CHANGE,
            form_class=TextsForm,
            form_kwargs={"document": document},
            act=act,
            done=lambda row: reverse("admin:treatments_document_preview", args=[row.pk]),
            lead="Markdown: # for headings, - for lists, ** for bold. A paragraph or point that begins with [initials]"
            " asks for the client’s initials. These fields are filled in for each client:",
            findings=names,
        )

    def preview_page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """The draft as clients will read it."""
        return self.change_view(request, str(object_id))

    def publish_page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Put the draft in force."""
        document = self._own_draft(request, object_id)

        def act(request: HttpRequest, document: Document, cleaned: dict[str, Any]) -> str:
            again = cleaned["asks_again"] == "yes"
            at, by = timezone.now(), acting(request)
            services.publish_document(document=document, reason=cleaned["reason"], asks_again=again, by=by, at=at)
            return "It is in force from now on." + (
                " Everybody who signed before is to be asked again." if again else ""
            )

        return self.action_page(
            request,
            object_id,
            title=f"Publish {document}",
            button="Publish",
            permission=MAY_CHANGE,
            form_class=PublishForm,
            act=act,
            lead="A published version cannot be changed any more. Earlier signatures keep the text they were given to.",
        )

    def _own_draft(self, request: HttpRequest, object_id: int) -> Document:
        if not request.user.has_perm(MAY_CHANGE):
            raise PermissionDenied
        document: Document = self.get_own(request, object_id)
        if document.published_at:
            raise Http404
        return document

    def _show(self, request: HttpRequest, document: Document, texts: dict[str, str]) -> HttpResponse:
        shown = [
            {"name": Language(language).label, "code": language, "blocks": blocks_of(text, language)}
            for language, text in texts.items()
            if language in Language.values
        ]
        return self.page(
            request,
            "admin/treatments/document/page.html",
            title=str(document),
            object=document,
            badge=status_of(document),
            shown=shown,
            to_ask=_to_ask_again(document),
            may_write=document.published_at is None and request.user.has_perm(MAY_CHANGE),
        )


def _to_ask_again(document: Document) -> int:
    """How many clients signed an earlier text, which has ended, and neither signed nor refused since."""
    if not document.asks_again or status_of(document)[1] != "In force":
        return 0
    ended = Consent.objects.to(document.purpose).filter(state=State.OUTDATED, client__archived_at=None)
    since = Consent.objects.to(document.purpose).filter(answered_at__gt=document.published_at)
    return ended.exclude(client__in=since.values("client")).values("client").distinct().count()


def blocks_of(text: str, language: str) -> Any:
    """The text as clients read it; empty when a draft cannot be shown yet."""
    try:
        return services.preview_text(markdown=text, language=language).blocks
    except services.OddText:
        return ()


def status_of(document: Document) -> tuple[str, str]:
    """The colour and the word of a version's state."""
    if document.published_at is None:
        return "info", "Draft"
    newest = services.latest_document(purpose=document.purpose)
    return ("ok", "In force") if newest == document else ("warn", "Earlier")
