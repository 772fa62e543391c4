"""The client's pages: what is asked, the text to read and sign or decline, and withdrawing."""

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt

from clients.links.models import ClientLink
from clients.links.services import LinkNotOpen
from clients.links.terms import Purpose
from clients.links.views import behind_link, cookie_has_gone, is_proven, prove
from portal.security.lockout import client_address
from portal.security.refusals import Refused
from treatments.consents import services
from treatments.consents.forms import DeclineForm, SignForm, WithdrawForm, initials_name
from treatments.consents.models import Consent, ConsentRequest
from treatments.consents.rules import Block
from treatments.consents.terms import CAN_END, ConsentPurpose, State

DECISION, DECLINE = "decision", "decline"
# What a client's no means, whether they decline or withdraw.
EFFECTS = {
    ConsentPurpose.TREATMENT: _("We do not treat you without your agreement."),
    ConsentPurpose.PHOTO_RECORD: _("We take no photographs of your skin for your record."),
    ConsentPurpose.PHOTO_TEACHING: _("Photographs of you are not shown for teaching."),
    ConsentPurpose.PHOTO_PUBLICITY: _("Photographs of you are not shown in publicity."),
    ConsentPurpose.FOLLOW_UP_EMAILS: _("We send you no emails with questions after your treatment."),
    ConsentPurpose.MARKETING_EMAILS: _("We send you no offers or news."),
}
NO_HARM = _("Nothing else depends on it: you are treated just the same.")


@behind_link(Purpose.CONSENT)
def overview(request: HttpRequest, link: ClientLink, _at: datetime) -> HttpResponse:
    """What is asked, and what was answered."""
    asked = _asked(link)
    if not is_proven(request, link):
        return _prove(request, link)
    consents = list(asked.consents.select_related("client").order_by("pk"))
    lines = [_line(request, consent) for consent in consents]
    waiting = any(consent.state == State.ASKED for consent in consents)
    context = _frame(link, title=gettext("Your consent"), lines=lines, waiting=waiting)
    return render(request, "consents/overview.html", context | _hand_back(link, asked, waiting=waiting))


# Checked in _sign: a client whose cookie has gone keeps everything they have written.
@csrf_exempt
@behind_link(Purpose.CONSENT)
def answer(request: HttpRequest, link: ClientLink, at: datetime, purpose: str) -> HttpResponse:
    """One purpose: its text to the end, then agree and sign, or decline; once answered, what was said."""
    consent = _consent(link, purpose)
    if not is_proven(request, link):
        return _prove(request, link)
    if consent.state != State.ASKED:
        return _answered(request, link, consent)
    if link.client.archived_at is not None:
        raise LinkNotOpen
    return _decide(request, link, consent, at)


@behind_link(Purpose.CONSENT)
def withdraw(request: HttpRequest, link: ClientLink, at: datetime, purpose: str) -> HttpResponse:
    """Take back a consent: what that means, and one button."""
    consent = _consent(link, purpose)
    if not is_proven(request, link):
        return _prove(request, link)
    back = _address(request, "answer", consent)
    if consent.state not in CAN_END:
        return redirect(back)
    form = WithdrawForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            services.withdraw_consent(consent=consent, reason=form.cleaned_data["why"], at=at)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect(back)
    context = _frame(link, title=gettext("Withdraw your consent"), form=form, consent=consent, back=back)
    return render(request, "consents/withdraw.html", context | _effect(consent), status=422 if form.is_bound else 200)


def _decide(request: HttpRequest, link: ClientLink, consent: Consent, at: datetime) -> HttpResponse:
    text = services.ready_text(consent=consent, language=get_language() or link.clinic.language)
    posted = request.POST if request.method == "POST" else None
    declines = posted is not None and posted.get(DECISION) == DECLINE
    document = services.latest_document(purpose=consent.purpose) or consent.document
    form = SignForm(
        None if declines else posted,
        signer=link.client,
        clauses=text.initials,
        needs_witness=document.needs_witness,
    )
    decline = DeclineForm(posted if declines else None)
    answered = decline if declines else form
    if posted is not None and _may_act(request, answered, text):
        try:
            _answer(request, link, consent, text, answered, at)
        except services.WitnessMissing as refusal:
            answered.add_error("witness_name", str(refusal))
        except Refused as refusal:
            answered.add_error(None, str(refusal))
        else:
            return redirect(request.path)
    context = _frame(
        link,
        title=str(consent.get_purpose_display()),
        consent=consent,
        text=text,
        lines=laid_out(text.blocks, form),
        form=form,
        decline=decline,
        troubled=answered,
        overview=_address(request, "overview", consent),
    )
    status = 422 if posted is not None else 200
    return render(request, "consents/answer.html", context | _effect(consent), status=status)


def _answer(
    request: HttpRequest,
    link: ClientLink,
    consent: Consent,
    text: services.ReadyText,
    said: SignForm | DeclineForm,
    at: datetime,
) -> None:
    channel, address = link.channel, client_address(request) or None
    if isinstance(said, DeclineForm):
        why = said.cleaned_data["why"]
        services.refuse_consent(consent=consent, reason=why, channel=channel, address=address, at=at)
    else:
        services.sign_consent(
            consent=consent,
            language=text.language,
            text_sha256=text.sha256,
            **said.signed(),
            channel=channel,
            address=address,
            at=at,
        )


def _may_act(request: HttpRequest, form: SignForm | DeclineForm, text: services.ReadyText) -> bool:
    """Whether the POST is whole, comes from our page, and was made over the text as it stands."""
    if not form.is_valid():
        return False
    if isinstance(form, SignForm) and request.POST.get("text_sha256") != text.sha256:
        form.add_error(None, str(services.TextChanged()))
    elif cookie_has_gone(request):
        form.add_error(None, gettext("Please press the button again. Everything you wrote is still here."))
    return not form.errors


def _answered(request: HttpRequest, link: ClientLink, consent: Consent) -> HttpResponse:
    waiting = consent.request.consents.asked().order_by("pk").first()
    context = _frame(
        link,
        title=str(consent.get_purpose_display()),
        consent=consent,
        gets_copy=bool(link.client.email),
        hides_photographs=consent.purpose == ConsentPurpose.PHOTO_RECORD,
        first_day=_first_day(consent),
        text=services.ready_text(consent=consent, language=consent.language) if consent.text else None,
        next=_line(request, waiting) if waiting else None,
        overview=_address(request, "overview", consent),
        withdraw=_address(request, "withdraw", consent),
    )
    if context["text"]:
        context["lines"] = laid_out(context["text"].blocks)
    context |= _effect(consent) | _hand_back(link, consent.request, waiting=waiting is not None)
    return render(request, "consents/answered.html", context)


def _first_day(consent: Consent) -> date | None:
    """The first day of a treatment when days to reflect have to pass before it."""
    reflects = consent.purpose == ConsentPurpose.TREATMENT and consent.clinic.cooling_off_days
    return services.first_day(consent) if reflects and consent.state == State.SIGNED else None


def laid_out(blocks: tuple[Block, ...], form: SignForm | None = None) -> list[dict[str, Any]]:
    """Blocks with the field for the initials beside the clause that needs them."""

    def field(clause: int) -> Any:
        return form[initials_name(clause)] if form and clause else None

    return [
        {
            "block": block,
            "initials": field(block.clause),
            "items": [{"item": item, "initials": field(item.clause)} for item in block.items],
        }
        for block in blocks
    ]


def _asked(link: ClientLink) -> ConsentRequest:
    found = ConsentRequest.objects.filter(pk=link.subject_id, client_id=link.client_id).first()
    if found is None:
        raise LinkNotOpen
    return found


def _consent(link: ClientLink, purpose: str) -> Consent:
    """What the request asked; once a newer answer took its place, that one: an old email still withdraws."""
    asked = _asked(link).consents.to(purpose).first()
    if asked is None:
        raise LinkNotOpen
    wanted = Consent.objects.filter(client=link.client).to(purpose).select_related("request", "document", "client")
    newest = wanted.answered().first() if asked.state == State.REPLACED else None
    return newest or wanted.get(pk=asked.pk)


def _prove(request: HttpRequest, link: ClientLink) -> HttpResponse:
    lead = gettext("Please give your date of birth first, so that nobody else reads or signs this in your name.")
    context: dict[str, object] = {"title": gettext("Your consent"), "lead": lead}
    return prove(request, link, known={link.client.date_of_birth}, context=context)


def _frame(link: ClientLink, **page: Any) -> dict[str, Any]:
    return {"clinic": link.clinic, "State": State} | page


def _effect(consent: Consent) -> dict[str, Any]:
    """What a no means for this purpose."""
    purpose = ConsentPurpose(consent.purpose)
    return {"effect": EFFECTS[purpose], "no_harm": "" if purpose == ConsentPurpose.TREATMENT else NO_HARM}


def _line(request: HttpRequest, consent: Consent) -> dict[str, Any]:
    return {
        "consent": consent,
        "url": _address(request, "answer", consent),
        "withdraw": _address(request, "withdraw", consent) if consent.state in CAN_END else "",
    }


def _address(request: HttpRequest, name: str, consent: Consent) -> str:
    """An address behind the same link."""
    token = request.resolver_match.kwargs["token"] if request.resolver_match else ""
    rest = [] if name == "overview" else [consent.purpose]
    return reverse(f"consents:{name}", args=[token, *rest])


def _hand_back(link: ClientLink, asked: ConsentRequest, *, waiting: bool) -> dict[str, str]:
    """Where the clinic goes on once its tablet is handed back."""
    if not link.on_tablet or waiting:
        return {}
    return {"hand_back_url": reverse("admin:treatments_consentrequest_change", args=[asked.pk])}
