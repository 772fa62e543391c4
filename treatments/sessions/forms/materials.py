"""The form for what goes on the skin and how the session ends."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django import forms

from portal.adminsite.forms import GroupedForm, Point, PointsOut
from portal.adminsite.widgets import DateBox, TimeBox
from portal.practice.models import Membership
from portal.practice.terms import Role
from treatments.plans.forms.plans import AftercareField
from treatments.plans.terms import Aftercare
from treatments.products.models import Product
from treatments.products.services import LotUnclear
from treatments.products.terms import ProductKind
from treatments.sessions.forms.drafts import KeptInDrafts
from treatments.sessions.guidance import in_grams
from treatments.sessions.models import Session
from treatments.sessions.services.materials import CreamUsed, Ended, SerumUsed, read_lot, why_lot_refused
from treatments.sessions.services.record import closing_of, serums_of
from treatments.sessions.terms import LEAST_GRAMS, Degree, Sign

SERUMS = 3  # lines on the page
ODD_GRAMS = dict.fromkeys(
    ("invalid", "min_value", "max_digits", "max_decimal_places", "max_whole_digits"),
    "Write the grams as a number, such as 12 or 12.5.",
)
CREAM = ("product", "strength", "grams", "area", "on", "off", "removed", "lot")
WAYS = {"spoken": "In person", "leaflet": "By leaflet", "email": "By the email after the session"}
NOT_MARKED = "{} is not marked for use on open channels. Write why it was used."
SCAN = "Scan the barcode, or type the lot number."
if TYPE_CHECKING:
    Products = forms.ModelChoiceField[Product]
    People = forms.ModelChoiceField[Membership]
else:
    Products = People = forms.ModelChoiceField


def products(kind: ProductKind, label: str, empty: str) -> "Products":
    """A choice among the clinic's products of one kind; those no longer used too, for what was used then."""
    every = Product.objects.filter(kind=kind)
    return Products(queryset=every, label=label, required=False, empty_label=empty)


def text(label: str, longest: int, **more: Any) -> forms.CharField:
    """A short text that may stay empty."""
    return forms.CharField(label=label, max_length=longest, required=False, **more)


class MaterialsForm(KeptInDrafts, PointsOut, GroupedForm):
    """Numbing cream, serums, the skin at the end, aftercare; and the cartridge's expiry where it is not known."""

    save_anyway = "I have checked this; save anyway"

    def __init__(self, *args: Any, session: Session, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.session, self.at = session, at
        self.lots_read: dict[str, str] = {}
        if session.cartridge_lot and not session.cartridge_expires_on:
            when = forms.DateField(label=f"Lot {session.cartridge_lot} expires", required=False, widget=DateBox)
            self.group("Cartridge", {"cartridge_expires_on": when})
        self.group("Numbing cream", self._cream())
        self.group("Serums", self._serum(1))
        more = {name: field for n in range(2, SERUMS + 1) for name, field in self._serum(n).items()}
        self.group("More serums", more, folded=len(serums_of(session)) < 2)  # noqa: PLR2004  the first has its own place
        self.group("Skin at the end", self._skin())
        self.group("Aftercare", self._aftercare())
        written = self._written()
        self.initial = {**self.initial, **written}
        self.remember({name: str(value) for name, value in written.items()})

    def _cream(self) -> dict[str, forms.Field]:
        return {
            "cream_product": products(ProductKind.ANAESTHETIC, "Product", "No numbing cream"),
            "cream_strength": text("Strength", 60),
            "cream_grams": forms.DecimalField(
                label="Grams",
                required=False,
                min_value=LEAST_GRAMS,
                max_digits=5,
                decimal_places=1,
                error_messages=ODD_GRAMS,
            ),
            "cream_area": text("Where it was put", 120),
            "cream_on": forms.TimeField(label="Time on", required=False, widget=TimeBox),
            "cream_off": forms.TimeField(label="Time off", required=False, widget=TimeBox),
            "cream_removed": forms.BooleanField(label="Removed completely", required=False),
            "cream_lot": text("Lot", 200, help_text=SCAN),
        }

    def _serum(self, n: int) -> dict[str, forms.Field]:
        return {
            f"serum_{n}_product": products(ProductKind.SERUM, f"Serum {n}", "None"),
            f"serum_{n}_lot": text(f"Lot of serum {n}", 200, help_text=SCAN if n == 1 else ""),
            f"serum_{n}_reason": text(f"Why serum {n}, if it is not marked for open channels", 300),
        }

    def _skin(self) -> dict[str, forms.Field]:
        degrees = [("", "Not looked at"), *Degree.choices]
        signs: dict[str, forms.Field] = {
            f"skin_{sign.value}": forms.ChoiceField(label=sign.label, choices=degrees, required=False) for sign in Sign
        }
        words = forms.CharField(label="In your own words", required=False, widget=forms.Textarea(attrs={"rows": 2}))
        return signs | {"skin_words": words}

    def _aftercare(self) -> dict[str, forms.Field]:
        people = Membership.objects.filter(role__in=[Role.OWNER, Role.PRACTITIONER]).select_related("user")
        told = AftercareField()
        told.label = "What the client was told"
        return {
            **{way: forms.BooleanField(label=label, required=False) for way, label in WAYS.items()},
            "told": told,
            "told_by": People(queryset=people, label="Given by", required=False, empty_label="Choose"),
        }

    def _written(self) -> dict[str, Any]:
        """What is written down already; else what is likely."""
        session, closing = self.session, closing_of(self.session)
        given = closing if closing and closing.told_by_id else None
        said: dict[str, Any] = {f"skin_{row.sign}": row.degree for row in session.skin_signs.all()}
        said["skin_words"] = closing.skin_words if closing else ""
        said["told"] = given.told if given else session.plan.aftercare or list(Aftercare.values)
        said |= {way: getattr(given, way) for way in WAYS} if given else {}
        teller = Membership.objects.filter(user=given.told_by).first() if given and given.told_by else None
        said["told_by"] = teller or session.practitioner
        cream = session.creams.order_by("pk").first()
        if cream:
            said |= {f"cream_{name}": getattr(cream, name) for name in ("product", "strength", "grams", "area")}
            said |= {"cream_removed": cream.removed, "cream_lot": cream.lot_number}
            said |= {"cream_on": self._clock(cream.on_at), "cream_off": self._clock(cream.off_at)}
        for n, serum in enumerate(serums_of(session), start=1):
            told = {"product": serum.product, "lot": serum.lot_number, "reason": serum.reason}
            said |= {f"serum_{n}_{name}": value for name, value in told.items()}
        return said

    def clean(self) -> dict[str, Any]:
        """As the service takes it. More cream than its maximum, and a serum not meant for it, are pointed out."""
        super().clean()
        creams, serums, ended = list(self._creams_used()), list(self._serums_used()), self._ended()
        if not self.errors:
            self.point_out(self._points(creams, serums))
        expires = self.cleaned_data.get("cartridge_expires_on")
        return {"creams": creams, "serums": serums, "ended": ended, "cartridge_expires_on": expires}

    def _creams_used(self) -> Iterator[CreamUsed]:
        said: dict[str, Any] = {name: self.cleaned_data.get(f"cream_{name}") for name in CREAM}
        if not said["product"]:
            if any(said.values()) and "cream_product" not in self.errors:
                self.add_error("cream_product", "Choose the product.")
            return
        missing = {"grams": "Write how many grams.", "area": "Write where it was put.", "on": "Write the time."}
        for name, words in missing.items():
            if not said[name] and f"cream_{name}" not in self.errors:
                self.add_error(f"cream_{name}", words)
        on, off = self._moment(said["on"]), self._moment(said["off"])
        if on and off and off <= on:
            self.add_error("cream_off", "This must be later than the time on. Check both times.")
        if said["removed"] and not off and "cream_off" not in self.errors:
            self.add_error("cream_off", "Write when it was removed.")
        self._read_lot("cream_lot", said["product"], on or self.at)
        if not self.errors and on:
            used = {name: value for name, value in said.items() if name not in {"on", "off"}}
            yield CreamUsed(on_at=on, off_at=off, **used)

    def _serums_used(self) -> Iterator[SerumUsed]:
        for n in range(1, SERUMS + 1):
            product, lot, reason = (self.cleaned_data.get(f"serum_{n}_{name}") for name in ("product", "lot", "reason"))
            if not product:
                if lot or reason:
                    self.add_error(f"serum_{n}_product", "Choose the serum.")
                continue
            if not product.open_channels and not reason:
                self.add_error(f"serum_{n}_reason", NOT_MARKED.format(product.name))
            self._read_lot(f"serum_{n}_lot", product, self.session.ended_at or self.at)
            yield SerumUsed(product, lot or "", reason or "")

    def _ended(self) -> Ended:
        said = self.cleaned_data
        given = any(said.get(way) for way in WAYS)
        teller = said.get("told_by")
        if given and not teller:
            self.add_error("told_by", "Choose who gave it.")
        signs = {sign.value: said[f"skin_{sign.value}"] for sign in Sign if said.get(f"skin_{sign.value}")}
        return Ended(
            signs=signs,
            skin_words=said.get("skin_words") or "",
            told=said.get("told") or [] if given else [],
            told_by=teller.user if given and teller else None,
            **{way: bool(said.get(way)) for way in WAYS},
        )

    def _points(self, creams: list[CreamUsed], serums: list[SerumUsed]) -> list[Point]:
        found = []
        for cream in creams:
            most = cream.product.max_grams
            if most and cream.grams > most:
                used, name = in_grams(cream.grams), cream.product.name
                found.append(f"{used} are more than the {in_grams(most)} that {name} is meant for.")
            if not self.session.plan.topical_anaesthetic:
                found.append("The plan, and the consent to it, are without numbing cream.")
        marked = "{} is not marked for use on open channels."
        found += [marked.format(serum.product.name) for serum in serums if not serum.product.open_channels]
        return [Point(words) for words in found]

    def _read_lot(self, name: str, product: Product, used_at: datetime) -> None:
        """Refused at the field, with what to do."""
        try:
            read = read_lot(product, self.cleaned_data.get(name) or "", on=self.session.clinic.local_day(used_at))
        except LotUnclear as unclear:
            self.add_error(name, str(unclear))
            return
        if why := why_lot_refused(self.session, read, used_at):
            self.add_error(name, why)

    def _moment(self, clock: Any) -> datetime | None:
        """A time on the wall of the day on which the session began; one just after midnight is the next day's."""
        if clock is None:
            return None
        zone = ZoneInfo(self.session.clinic.time_zone)
        began = (self.session.started_at or self.at).astimezone(zone)
        at = datetime.combine(began, clock, zone)
        return at + timedelta(days=1) if began - at > timedelta(hours=12) else at

    def _clock(self, at: datetime | None) -> Any:
        return at.astimezone(ZoneInfo(self.session.clinic.time_zone)).time() if at else None
