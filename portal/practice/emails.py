"""The link that lets somebody choose a password, as an email."""

from smtplib import SMTPDataError, SMTPRecipientsRefused
from typing import Any

import css_inline
from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from portal.practice.models import Membership
from portal.practice.terms import spoken

# Styles go where mail programs look for them, and what cannot stand there, such as the colours of a dark screen, stays
# apart: said twice they were a fifth of an email. What an email names is never fetched from elsewhere.
INLINER = css_inline.CSSInliner(keep_style_tags=True, remove_inlined_selectors=True, load_remote_stylesheets=False)
FOR_GOOD = 500


def refused_for_good(fault: OSError) -> bool:
    """Whether the mail server will never take this email; other faults, ours or the server's, pass."""
    if isinstance(fault, SMTPRecipientsRefused):
        return all(code >= FOR_GOOD for code, _said in fault.recipients.values())
    return isinstance(fault, SMTPDataError) and fault.smtp_code >= FOR_GOOD


def render_parts(template: str, context: dict[str, Any]) -> tuple[str, str, str]:
    """Subject, plain words and formatted words of an email, from its three templates."""
    subject, text, html = (render_to_string(f"{template}.{part}", context) for part in ("subject.txt", "txt", "html"))
    return subject.strip(), text, html


def password_email(membership: Membership) -> EmailMultiAlternatives:
    """The email with the single-use link, in the clinic's language. Its host is ours, whatever a request claimed."""
    user, clinic = membership.user, membership.clinic
    uid = urlsafe_base64_encode(force_bytes(user.pk))
    path = reverse("password_reset_confirm", args=[uid, default_token_generator.make_token(user)])
    context = {
        "clinic": clinic,
        "person": user,
        "is_new": not user.has_usable_password(),
        "link": settings.BASE_URL + path,
        "ask_again": settings.BASE_URL + reverse("admin_password_reset"),
        "minutes": settings.PASSWORD_RESET_TIMEOUT // 60,
    }
    with translation.override(spoken(clinic.language)):
        subject, text, html = render_parts("emails/password_reset", context)
    email = EmailMultiAlternatives(subject, text, settings.DEFAULT_FROM_EMAIL, [user.email])
    email.attach_alternative(INLINER.inline(html), "text/html")
    return email
