"""Who works where: clinics, the people who sign in, what they may do, and what certifies them."""

from collections.abc import Iterable
from datetime import date, datetime, time
from decimal import Decimal
from typing import ClassVar, Self
from zoneinfo import ZoneInfo, available_timezones

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils.functional import cached_property
from django_scopes import scopes_disabled

from portal.practice.permissions import allows, sees_app
from portal.practice.terms import Country, Language, Role
from portal.security.scope import ClinicManager
from portal.security.uploads import stored_name, validate_document


def validate_time_zone(value: str) -> None:
    """Raises ValidationError unless the value names an IANA time zone."""
    if value not in available_timezones():
        raise ValidationError("Choose a time zone such as Europe/London.")


class Clinic(models.Model):
    """One practice: its name, address and voice. Everything else in the portal belongs to one."""

    name = models.CharField(max_length=120)
    address = models.TextField(blank=True)
    phone = models.CharField(max_length=40, help_text="Shown in every email, for clients who are worried.")
    country = models.CharField(max_length=8, choices=Country.choices)
    time_zone = models.CharField(max_length=64, default="Europe/London", validators=[validate_time_zone])
    language = models.CharField(max_length=5, choices=Language.choices, default=Language.ENGLISH)
    sender_name = models.CharField(max_length=120, help_text="Emails to clients come from this name.")
    reply_to = models.EmailField(
        "reply address", help_text="Where clients' replies and warnings for the clinic arrive."
    )
    colour = models.CharField(
        max_length=7,
        default="#2f6f62",
        validators=[RegexValidator(r"^#[0-9a-f]{6}$", "Write the colour as # and six digits, such as #2f6f62.")],
        help_text="Used on clients' pages and emails.",
    )
    emergency_words = models.TextField(
        "emergency wording", blank=True, help_text="Leave empty to use the standard wording for the country."
    )
    sends_from = models.TimeField("emails leave from", default=time(9))
    sends_until = models.TimeField("emails leave until", default=time(18))
    screening_holds_days = models.PositiveSmallIntegerField(
        "days a screening holds",
        default=184,  # a house rule: docs/clinical.md section 1, six months
        validators=[MinValueValidator(1), MaxValueValidator(366)],
        help_text="After these days the client fills in a new screening form. They confirm before every session too.",
    )
    cooling_off_days = models.PositiveSmallIntegerField(
        "days to reflect",
        default=0,
        validators=[MaxValueValidator(60)],
        help_text="Full days between a signed consent to treatment and the first session it allows.",
    )
    permitted_premises = models.BooleanField(
        "permitted premises (Scotland)",
        default=False,
        help_text="In Scotland 1.5 mm or deeper, and radio frequency at any depth, belong on permitted premises only.",
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(sends_until__gt=models.F("sends_from")),
                name="clinic_sending_hours_in_order",
                violation_error_message="Emails must stop leaving later in the day than they start.",
            ),
            models.CheckConstraint(
                condition=models.Q(screening_holds_days__gte=1, screening_holds_days__lte=366),
                name="clinic_screening_holds_1_to_366_days",
            ),
            models.CheckConstraint(
                condition=models.Q(cooling_off_days__lte=60), name="clinic_cooling_off_at_most_60_days"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def local_day(self, at: datetime) -> date:
        """The date on the clinic's wall."""
        return at.astimezone(ZoneInfo(self.time_zone)).date()


class UserManager(BaseUserManager["User"]):
    """People are found by email, whatever its capitals."""

    def get_by_natural_key(self, username: str | None) -> "User":
        """The one person with this email. Raises User.DoesNotExist.

        Emails are stored in lower case, and found as lock-out counts them: the database would also take ſ for s.
        """
        return self.get(email=(username or "").strip().lower())

    def who_may_enter(self) -> "models.QuerySet[User]":
        """Active people with a current place of work."""
        return self.filter(is_active=True, memberships__isnull=False, memberships__ended_at=None)


class User(AbstractBaseUser):
    """Somebody who signs in, by email. What they may do follows from their membership."""

    email = models.EmailField(
        max_length=254, unique=True, error_messages={"unique": "Somebody already signs in with this email."}
    )
    full_name = models.CharField("name", max_length=120)
    is_active = models.BooleanField("may sign in", default=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["full_name"]

    class Meta:
        verbose_name = "person"
        verbose_name_plural = "people"
        constraints = [
            models.UniqueConstraint(Lower("email"), name="one_user_per_email"),
            models.CheckConstraint(condition=models.Q(email=Lower("email")), name="user_email_in_lower_case"),
        ]

    def __str__(self) -> str:
        return self.full_name or self.email

    @cached_property
    def membership(self) -> "Membership | None":
        """Their current place of work; it decides which clinic a request opens."""
        with scopes_disabled():  # asked before any clinic is open
            return self.memberships.filter(ended_at=None).select_related("clinic").first()

    @property
    def is_staff(self) -> bool:
        """Whoever works somewhere may enter the portal; there is no other way in, and no superuser."""
        return self.is_active and self.membership is not None

    def has_perm(self, perm: str, obj: object = None) -> bool:
        """Whether their role allows it; portal/practice/permissions.py is the table."""
        return self.is_active and self.membership is not None and allows(self.membership.role, perm)

    def has_perms(self, perm_list: Iterable[str], obj: object = None) -> bool:
        """Whether their role allows every one of these."""
        return all(self.has_perm(perm) for perm in perm_list)

    def has_module_perms(self, app_label: str) -> bool:
        """Whether their role opens anything in an app."""
        return self.is_active and self.membership is not None and sees_app(self.membership.role, app_label)


class MembershipQuerySet(models.QuerySet["Membership"]):
    """What can be asked of the team."""

    def current(self) -> Self:
        """Those who work here now."""
        return self.filter(ended_at=None)


MembershipManager = ClinicManager.from_queryset(MembershipQuerySet)


class Membership(models.Model):
    """A person's role in a clinic, until it ends."""

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="memberships")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships", verbose_name="person")
    role = models.CharField(max_length=20, choices=Role.choices)
    ended_at = models.DateTimeField("left on", null=True, blank=True)

    objects = MembershipManager()

    class Meta:
        verbose_name = "team member"
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=models.Q(ended_at=None), name="one_current_clinic_per_person"
            )
        ]

    def __str__(self) -> str:
        return str(self.user)


class CertificateQuerySet(models.QuerySet["Certificate"]):
    """What can be asked of certificates."""

    def holding(self, *, on: date, device_is_rf: bool) -> Self:
        """Those that hold on that day (both days included), deepest first; radio frequency only where it is named."""
        held = self.filter(issued_on__lte=on, expires_on__gte=on)
        if device_is_rf:
            held = held.filter(radio_frequency=True)
        return held.order_by("-max_depth_mm", "-expires_on")


CertificateManager = ClinicManager.from_queryset(CertificateQuerySet)


class Certificate(models.Model):
    """What a practitioner is certified for, and until when."""

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="+")
    membership = models.ForeignKey(
        Membership, on_delete=models.PROTECT, related_name="certificates", verbose_name="practitioner"
    )
    title = models.CharField(max_length=160)
    awarding_body = models.CharField(max_length=160)
    number = models.CharField(max_length=80)
    issued_on = models.DateField("issued")
    expires_on = models.DateField("expires")
    max_depth_mm = models.DecimalField(
        "greatest needle depth (mm)",
        max_digits=3,
        decimal_places=2,
        validators=[MinValueValidator(Decimal("0.20")), MaxValueValidator(Decimal("2.50"))],
    )
    radio_frequency = models.BooleanField("radio-frequency needling", default=False)
    file = models.FileField(
        upload_to=stored_name,
        blank=True,
        validators=[validate_document],
        help_text="A PDF, or a picture (JPEG or PNG), of at most 10 MB.",
    )

    objects = CertificateManager()

    class Meta:
        ordering = ["-expires_on"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(expires_on__gt=models.F("issued_on")),
                name="certificate_expires_after_issue",
                violation_error_message="The day it expires must be later than the day it was issued.",
            ),
            models.CheckConstraint(
                condition=models.Q(max_depth_mm__gte=Decimal("0.20"), max_depth_mm__lte=Decimal("2.50")),
                name="certificate_depth_within_limits",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class PasswordResetQuerySet(models.QuerySet["PasswordReset"]):
    """What can be asked of requests for a new password."""

    def waiting(self) -> Self:
        """Not yet answered: those not tried yet first, then those whose last try is longest ago."""
        return self.filter(done_at=None).order_by(models.F("tried_at").asc(nulls_first=True), "asked_at", "pk")

    def of_strangers(self) -> Self:
        """Waiting for an address that opens no door. An invitation never is: its person may be a moment old."""
        return self.waiting().filter(invited=False).exclude(email__in=User.objects.who_may_enter().values("email"))

    def asked_from(self, place: str, since: datetime) -> Self:
        """What one client address asked for lately."""
        return self.filter(place=place, asked_at__gt=since)


class PasswordReset(models.Model):
    """Somebody asked for a new password. A worker answers, so known and unknown addresses take the same time.

    One row for each address: asking again changes the row.
    """

    email = models.EmailField(max_length=254, unique=True)  # lower-cased; kept for minutes, whoever it belongs to
    asked_at = models.DateTimeField()
    place = models.CharField(max_length=64, blank=True)  # stands for the client address; nobody can read it back
    invited = models.BooleanField(default=False)  # the clinic asked, so no pause holds it back
    tried_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)  # an email really left
    done_at = models.DateTimeField(null=True, blank=True)

    objects = PasswordResetQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["done_at", "tried_at", "asked_at"], name="password_reset_waiting"),
            models.Index(fields=["place", "asked_at"], name="password_reset_by_place"),
        ]

    def __str__(self) -> str:
        return f"Asked at {self.asked_at:%H:%M}"
