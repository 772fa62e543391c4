"""The verbs of a practice: who is certified, who joins, who leaves, who gets a new password."""

import logging
from datetime import date, datetime, timedelta
from smtplib import SMTPException

from axes.models import AccessAttempt
from django.conf import settings
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django_scopes import scope

from portal.audit.models import AuditEvent
from portal.audit.services import record
from portal.practice.emails import password_email, refused_for_good
from portal.practice.models import Certificate, Clinic, Membership, PasswordReset, User
from portal.practice.terms import TIME_ZONES, Role
from portal.security.lines import one_line
from portal.security.lockout import blurred, locked_attempts
from portal.security.refusals import Refused
from portal.security.tries import forget_tries

log = logging.getLogger(__name__)

PAUSE_BETWEEN_EMAILS = timedelta(minutes=2)
GIVE_UP_AFTER = timedelta(hours=1)
GIVE_UP_INVITING_AFTER = timedelta(days=3)
ASKS_EACH_MINUTE = 10  # from one client address
KEEP_ATTEMPTS = timedelta(days=1)
ROWS_EACH_TIME = 100


class EmailTaken(Refused):
    """Somebody already signs in with this email. Please use another one."""


class AlreadyLeft(Refused):
    """This person has left the team already."""


class LastOwner(Refused):
    """The clinic needs at least one owner. Please make somebody else an owner first."""


class LinkUsed(Refused):
    """This link has been used already. Please ask for a new one."""


class ClinicExists(Refused):
    """There is a clinic of this name already."""


class TimeZoneNeeded(Refused):
    """This country has several time zones. Please say which one is the clinic's, such as America/New_York."""


def valid_certificate(*, membership: Membership, on: date, device_is_rf: bool) -> Certificate | None:
    """The practitioner's certificate that holds on that day, the one with the greatest depth; None when none holds."""
    return Certificate.objects.filter(membership=membership).holding(on=on, device_is_rf=device_is_rf).first()


@transaction.atomic
def create_clinic(
    *, name: str, country: str, phone: str, owner_name: str, owner_email: str, time_zone: str, at: datetime
) -> Clinic:
    """A new clinic with its owner, who gets a link to choose a password. An empty time zone means the country's."""
    if Clinic.objects.filter(name__iexact=name).exists():
        raise ClinicExists
    if not time_zone and country not in TIME_ZONES:
        raise TimeZoneNeeded
    clinic = Clinic(name=name, country=country, phone=phone, sender_name=name, reply_to=owner_email.lower())
    clinic.time_zone = time_zone or TIME_ZONES[country]
    clinic.full_clean()
    clinic.save()
    with scope(clinic=clinic):
        record(clinic=clinic, action="clinic.created", subject=clinic, at=at)
        invite_member(clinic=clinic, full_name=owner_name, email=owner_email, role=Role.OWNER, by=None, at=at)
    return clinic


@transaction.atomic
def invite_member(
    *, clinic: Clinic, full_name: str, email: str, role: str, by: User | None, at: datetime
) -> Membership:
    """Somebody new in the team, who gets an email with a link to choose a password. Raises EmailTaken."""
    _hold(clinic.pk)
    email = email.strip().lower()
    person = User.objects.select_for_update(no_key=True).filter(email=email).first()
    if person is None:
        person = _new_person(email, one_line(full_name))
    elif person.membership or not person.is_active:
        raise EmailTaken
    membership = Membership.objects.create(clinic=clinic, user=person, role=role)
    _note(PasswordReset(email=email, asked_at=at, invited=True), "invited", "tried_at")
    record(clinic=clinic, action="membership.invited", subject=membership, at=at, by=by, role=role)
    return membership


def _new_person(email: str, full_name: str) -> User:
    person = User(email=email, full_name=full_name)
    person.set_unusable_password()
    person.clean_fields(exclude=["password"])
    try:
        with transaction.atomic():
            person.save()
    except IntegrityError as taken:  # somebody else invited them while we looked
        raise EmailTaken from taken
    return person


@transaction.atomic
def end_membership(*, membership: Membership, by: User, at: datetime) -> None:
    """Somebody leaves: they are signed out everywhere at once. Raises AlreadyLeft or LastOwner."""
    _refuse_without_owner(membership, leaves=True)
    if Membership.objects.filter(pk=membership.pk, ended_at=None).update(ended_at=at) != 1:
        raise AlreadyLeft
    # With the password go their sessions and any link to a new password, also if they come back one day.
    person = User.objects.select_for_update(no_key=True).get(pk=membership.user_id)
    person.set_unusable_password()
    person.save(update_fields=["password"])
    record(clinic=membership.clinic, action="membership.ended", subject=membership, at=at, by=by)


@transaction.atomic
def change_role(*, membership: Membership, role: str, by: User, at: datetime) -> None:
    """Somebody may do more or less from now on. Raises AlreadyLeft or LastOwner."""
    _refuse_without_owner(membership, leaves=role != Role.OWNER)
    if Membership.objects.filter(pk=membership.pk, ended_at=None).update(role=role) != 1:
        raise AlreadyLeft
    record(clinic=membership.clinic, action="membership.role_changed", subject=membership, at=at, by=by, role=role)


def _refuse_without_owner(membership: Membership, *, leaves: bool) -> None:
    _hold(membership.clinic_id)  # two owners who end each other at once do not both succeed
    others = Membership.objects.current().filter(role=Role.OWNER).exclude(pk=membership.pk)
    if leaves and Membership.objects.get(pk=membership.pk).role == Role.OWNER and not others.exists():
        raise LastOwner


def _hold(clinic_id: int) -> None:
    # The clinic's row is the lock, and record() takes it: whoever locks a person too takes the clinic first, or two
    # of them would wait for each other.
    Clinic.objects.select_for_update(no_key=True).get(pk=clinic_id)


def ask_for_password(*, email: str, at: datetime, place: str = "") -> None:
    """Note that somebody asked for a new password. Says nothing about whether the address is known.

    `place` stands for where they ask from; too many asks from one place are dropped without a word.
    """
    if place and PasswordReset.objects.asked_from(place, at - timedelta(minutes=1)).count() >= ASKS_EACH_MINUTE:
        return
    _note(PasswordReset(email=email.strip().lower(), asked_at=at, place=place), "place")


def _note(asked: PasswordReset, *fields: str) -> None:
    # One statement, whether the address waits already or not. When it was tried and sent last stays as it is.
    PasswordReset.objects.bulk_create(
        [asked], update_conflicts=True, unique_fields=["email"], update_fields=["asked_at", "done_at", *fields]
    )


def send_password_resets(*, at: datetime) -> int:
    """Answer whoever asked: an email to those who may sign in, silence to the rest. How many emails left.

    A row is done after its email left. A worker that dies in between sends the email once more: harmless.
    """
    asks = PasswordReset.objects
    asks.filter(invited=False, asked_at__lt=at - GIVE_UP_AFTER).delete()
    asks.filter(asked_at__lt=at - GIVE_UP_INVITING_AFTER).delete()
    asks.filter(done_at__lt=at - PAUSE_BETWEEN_EMAILS).delete()
    asks.of_strangers().update(done_at=at)
    return sum(_answer(asked, at) for asked in asks.waiting()[:ROWS_EACH_TIME])


def _answer(asked: PasswordReset, at: datetime) -> int:
    row = PasswordReset.objects.filter(pk=asked.pk, invited=asked.invited)
    if row.filter(tried_at=asked.tried_at, done_at=None).update(tried_at=at) != 1:
        return 0  # another worker has it
    if asked.sent_at and not asked.invited and asked.sent_at > at - PAUSE_BETWEEN_EMAILS:
        row.update(done_at=at)
        return 0
    try:
        sent = _send_password_email(asked.email)
    except (SMTPException, OSError) as fault:
        # It stays waiting, unless it is for good. The fault's own words may hold the address: only its kind is logged.
        log.warning("password email %s could not leave: %s", asked.pk, type(fault).__name__)
        if refused_for_good(fault):
            row.update(done_at=at)
        return 0
    row.update(done_at=at, invited=False, sent_at=at if sent else asked.sent_at)
    return sent


def _send_password_email(email: str) -> int:
    person = User.objects.who_may_enter().filter(email=email).first()
    if person is None or person.membership is None:
        return 0
    with scope(clinic=person.membership.clinic):
        return password_email(person.membership).send()


@transaction.atomic
def choose_password(*, user: User, password: str, at: datetime) -> None:
    """Somebody chooses a password. Raises LinkUsed when theirs changed since they opened the link or the page."""
    before = user.password
    user.set_password(password)
    if user.membership:
        _hold(user.membership.clinic_id)
    if User.objects.filter(pk=user.pk, password=before).update(password=user.password) != 1:
        raise LinkUsed
    _note_of_person("user.password_chosen", user, at=at, by=user)


def note_signed_in(*, user: User, at: datetime) -> None:
    """Put into the clinic's audit trail that somebody signed in."""
    _note_of_person("user.signed_in", user, at=at, by=user)


def note_lock_outs(*, at: datetime) -> int:
    """Put into the audit trail whose door closed after wrong passwords, once for each wait. How many were noted.

    A worker does it: at the door itself it would take longer for a known address than for an unknown one.
    """
    waits_since = at - settings.AXES_COOLOFF_TIME
    closed = {attempt.username for attempt in locked_attempts(waits_since)}
    people = [person for person in User.objects.who_may_enter() if blurred(person.email) in closed] if closed else []
    return sum(_note_of_person("user.locked_out", person, at=at, unless_since=waits_since) for person in people)


@transaction.atomic
def _note_of_person(
    action: str, user: User, *, at: datetime, by: User | None = None, unless_since: datetime | None = None
) -> int:
    if user.membership is None:
        return 0
    clinic = user.membership.clinic
    with scope(clinic=clinic):
        if unless_since and AuditEvent.objects.filter(action=action, subject_id=user.pk, at__gt=unless_since).exists():
            return 0
        record(clinic=clinic, action=action, subject=user, at=at, by=by)
    return 1


def tidy_up(*, at: datetime) -> None:
    """Drop what has run out: sessions, and counts of wrong passwords and other tries, which hold client addresses."""
    call_command("clearsessions")
    AccessAttempt.objects.filter(attempt_time__lt=at - KEEP_ATTEMPTS).delete()
    forget_tries(at=at)
