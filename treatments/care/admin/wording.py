"""What the emails of a care schedule say: read them, write the draft's, see them as clients will, send yourself one."""

import re
from dataclasses import asdict
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.templatetags.static import static
from django.urls import URLPattern, path, reverse
from django.utils import timezone

from clients.records.admin import finder_of
from clients.records.models import Client
from portal.practice.guidance import fever_words
from portal.practice.middleware import acting, clinic_of
from portal.practice.terms import Language
from treatments.care import services
from treatments.care.admin.drafts import EDIT, DraftPages
from treatments.care.emails import Letter, Part, example, letter_and_style, look_of
from treatments.care.guidance import FIELDS, LONGEST, Words, problems, tidy
from treatments.care.models import CareVersion
from treatments.care.schedule import CareStep
from treatments.care.services.wording import change_words, send_trial, words_of
from treatments.care.terms import Asks

STEM = "treatments_careversion"
BODY = re.compile(r"(<body[^>]*>)(.*)(</body>)", re.DOTALL)
NOBODY = "Register a client first: a test needs a name."
FIND = "admin/treatments/careversion/trial.html"
HERE_THE_LINK = "https://… (the client’s own link)"
LEAD = (
    "In the text: ## for headings, - for lists, ** for bold, an empty line between paragraphs. Promise nothing, and"
    " make no diagnosis. These fields are filled in for each client:"
)


class WordsForm(forms.Form):
    """The five parts of one email in one language."""

    subject = forms.CharField(
        max_length=LONGEST["subject"], help_text="Read on a locked telephone: nothing about skin or treatment."
    )
    title = forms.CharField(max_length=LONGEST["title"], help_text="The heading inside the email.")
    body = forms.CharField(label="Text", max_length=LONGEST["body"], widget=forms.Textarea(attrs={"rows": 16}))
    button = forms.CharField(max_length=LONGEST["button"], required=False)
    warning = forms.CharField(
        label="Warning signs",
        max_length=LONGEST["warning"],
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Stands in the red box. The clinic’s telephone and the emergency number follow by themselves.",
    )

    def __init__(self, *args: Any, step: CareStep, language: str, **kwargs: Any) -> None:
        words = words_of(step, language)
        super().__init__(*args, **{"initial": asdict(words) if words else {}} | kwargs)
        self.asks = step.asks != Asks.NOTHING
        for field in self.fields.values():
            field.widget.attrs |= {"lang": language, "spellcheck": "true"}
        if self.asks:
            self.fields["button"].required = True
        else:
            self.fields["button"].help_text = "This step asks nothing, so its email has no button."

    def clean(self) -> dict[str, Any]:
        """What could not be sent, at its own field and with its line."""
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors:
            for problem in problems(self.words, asks=self.asks):
                self.add_error(problem.part, problem.words)
        return cleaned

    @property
    def words(self) -> Words:
        """What was written."""
        return tidy(Words(**{part: self.cleaned_data.get(part, "") for part in LONGEST}))


class WordingPages(DraftPages):
    """The emails of one version."""

    def get_urls(self) -> list[URLPattern]:
        """A page for all emails of a version, and pages for each step and language."""
        wrap, draft, of_one = self.admin_site.admin_view, self.draft_alone, "<int:object_id>/{}/<slug:step>/{}/"
        language = "<slug:language>"
        return [
            path("<int:object_id>/words/", wrap(self.words_page), name=f"{STEM}_words"),
            path("<int:object_id>/style/", wrap(self.style_page), name=f"{STEM}_style"),
            path(of_one.format("write", language), wrap(draft(self.write_page)), name=f"{STEM}_write"),
            path(of_one.format("read", language), wrap(self.read_page), name=f"{STEM}_read"),
            path(of_one.format("email", language), wrap(self.email_page), name=f"{STEM}_email"),
            path(of_one.format("trial", language), wrap(self.trial_page), name=f"{STEM}_trial"),
            *super().get_urls(),
        ]

    def words_page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Every email of a version, in each language."""
        version = self._readable(request, object_id)
        steps = [
            {
                "step": step,
                "subject": (words_of(step, clinic_of(request).language) or Words("", "", "")).subject,
                "languages": [(one.value, one.label, words_of(step, one)) for one in Language],
            }
            for step in services.schedule_of(version).steps
        ]
        return self.page(
            request,
            "admin/treatments/careversion/words.html",
            title=f"Emails of {str(version).lower()}",
            object=version,
            steps=steps,
            may_edit=version.published_at is None and request.user.has_perm(EDIT),
        )

    def write_page(self, request: HttpRequest, object_id: int, step: str, language: str) -> HttpResponse:
        """Write one email of the draft in one language."""
        found = _find(self._draft(request, object_id), step, language)

        def save(form: Any, **who: Any) -> str:
            change_words(key=step, language=language, words=form.words, **who)
            return "Saved. This is how clients will read it, with made-up facts. Nobody gets it before you publish it."

        page = {
            "title": f"Write “{found.title}” in {Language(language).label}",
            "button": "Save and preview",
            "lead": LEAD,
            "findings_tone": "info",
            "findings": [f"{{{name}}}: {meaning}" for name, meaning in FIELDS.items()],
            "done": reverse(f"admin:{STEM}_read", args=[object_id, step, language]),
        }
        return self._page(request, object_id, WordsForm, save, page, step=found, language=language)

    def read_page(self, request: HttpRequest, object_id: int, step: str, language: str) -> HttpResponse:
        """One email as clients read it, as text; the way to its formatted page, and to a test."""
        version = self._readable(request, object_id)
        found = _find(version, step, language)
        letter, _style = self._letter(request, found, language)
        finder = finder_of(request)
        client = finder.client
        text, _html = letter.filled(self._values(request, version, language, client) | {"link": HERE_THE_LINK})
        return self.page(
            request,
            "admin/treatments/careversion/email.html",
            title=f"“{found.title}” in {Language(language).label}",
            object=version,
            step=found,
            language=language,
            subject=letter.subject,
            text=text,
            finder=finder,
            client=client,
            may_edit=version.published_at is None and request.user.has_perm(EDIT),
            may_test=request.user.has_perm(EDIT),
        )

    def email_page(self, request: HttpRequest, object_id: int, step: str, language: str) -> HttpResponse:
        """The formatted email as a page of its own. Its styles come from an address: our pages allow none inside."""
        version = self._readable(request, object_id)
        letter, _style = self._letter(request, _find(version, step, language), language)
        _text, html = letter.filled(self._values(request, version, language, finder_of(request).client))
        return HttpResponse(as_page(html))

    def style_page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """The styles of this clinic's emails."""
        version = self._readable(request, object_id)
        step = services.schedule_of(version).steps[0]
        _letter, style = self._letter(request, step, clinic_of(request).language)
        return HttpResponse(style, content_type="text/css; charset=utf-8")

    def trial_page(self, request: HttpRequest, object_id: int, step: str, language: str) -> HttpResponse:
        """Send yourself a test: first as which client would get it, by ?client=."""
        if not request.user.has_perm(EDIT):
            raise PermissionDenied
        version = self._readable(request, object_id)
        title = f"Send me “{_find(version, step, language).title}” in {Language(language).label}"
        finder = finder_of(request)
        client, member = finder.client, request.membership  # type: ignore[attr-defined]
        if not Client.objects.current().exists():
            return self.page(request, "admin/not_now.html", title=title, object=version, why=NOBODY)
        if client is None or finder.asked:
            return self.page(request, FIND, title=title, object=version, finder=finder)

        def act(_request: HttpRequest, version: CareVersion, _said: dict[str, Any]) -> str:
            send_trial(version=version, key=step, language=language, client=client, member=member, at=timezone.now())
            return f"A test is on its way to {member.user.email}."

        read = reverse(f"admin:{STEM}_read", args=[object_id, step, language])
        return self.action_page(
            request,
            object_id,
            title=title,
            button="Send me a test",
            permission=EDIT,
            form_class=forms.Form,
            act=act,
            done=read,
            back_url=f"{read}?client={client.pk}",
            lead=f"As {client} would get it: their name stands in it, and nothing is sent to them. It goes to your own "
            "address, with “Test” before its subject. Its days are made up, and its button leads back here.",
        )

    def _readable(self, request: HttpRequest, object_id: int) -> CareVersion:
        if not self.has_view_permission(request):
            raise PermissionDenied
        version: CareVersion = self.get_own(request, object_id)
        return version

    def _letter(self, request: HttpRequest, step: CareStep, language: str) -> tuple[Letter, str]:
        clinic = clinic_of(request)
        words = words_of(step, language)
        if words is None:
            raise Http404
        return letter_and_style((Part(words, step.asks != Asks.NOTHING),), language, look_of(clinic, language))

    def facts_for(self, _client: Client, _language: str) -> dict[str, str]:
        """What the pages above this slice know of a client's sessions, by field."""
        return {}

    def _values(
        self, request: HttpRequest, version: CareVersion, language: str, client: Client | None
    ) -> dict[str, str]:
        clinic = clinic_of(request)
        called = client.called if client else "Alex"
        made_up = example(called=called, practitioner=str(acting(request)), language=language, at=timezone.now())
        style = reverse(f"admin:{STEM}_style", args=[version.pk])
        return (
            made_up
            | (self.facts_for(client, language) if client else {})
            | {
                "clinic": clinic.name,
                "phone": clinic.phone or clinic.reply_to,
                "fever": fever_words(clinic.country, language),
                "link": "#",
                "style": style,
            }
        )


def as_page(html: str) -> str:
    """An email as a page by itself: with our icon, and with the one main part that a mail program puts around it."""
    html = html.replace("</head>", f'<link rel="icon" href="{static("portal/favicon.svg")}"></head>', 1)
    return BODY.sub(r"\1<main>\2</main>\3", html, count=1)


def _find(version: CareVersion, key: str, language: str) -> CareStep:
    found = services.schedule_of(version).step(key)
    if found is None or language not in Language.values:
        raise Http404
    return found
