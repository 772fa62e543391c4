"""The forms of devices, products and lots."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.utils import timezone

from portal.adminsite.forms import ToldOfOthers
from portal.adminsite.scanning import ReadsPacket
from portal.adminsite.widgets import DateBox
from treatments.products.guidance import Authorised, AuthorisedFor
from treatments.products.models import Device, Lot, Product
from treatments.products.rules import UnreadableCode, gtin_14, is_barcode, read_barcode
from treatments.products.terms import (
    GREATEST_MM,
    KEEPS_FOR_EVER,
    LEAST_MM,
    SKIN_TYPES,
    USED_ON_SKIN,
    Counting,
    ProductKind,
    Zone,
)


class DeviceForm(ToldOfOthers):
    """One handpiece: what it is, and since when it is out of use."""

    class Meta:
        model = Device
        fields = ("name", "maker", "kind", "serial", "max_depth_mm", "retired_on")
        widgets = {"retired_on": DateBox}
        help_texts = {
            "serial": "As printed on the handpiece.",
            "max_depth_mm": "From its manual. Deeper is refused when a session is completed.",
            "retired_on": "Leave empty while it is in use. With a day here it cannot be chosen any more.",
        }

    def clean_serial(self) -> str:
        """One handpiece is listed once in a clinic."""
        serial = " ".join(self.cleaned_data["serial"].split())
        twin = Device.objects.filter(serial=serial).exclude(pk=self.instance.pk).first()
        if twin:
            raise ValidationError(f"{twin} is on the list already.")
        return serial


class AuthorisedForm(forms.Form):
    """What a device is authorised for: ages, and each zone with its depth and skin types."""

    least_age = forms.IntegerField(label="From the age of", required=False, min_value=18, max_value=120)
    greatest_age = forms.IntegerField(label="To the age of", required=False, min_value=18, max_value=120)
    authorised_source = forms.CharField(
        label="Where that is written",
        required=False,
        max_length=300,
        help_text="Such as the manual with its date, or the number of the authorisation.",
    )

    def __init__(self, *args: Any, device: Device, said: Authorised, source: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.device = device
        for name, value in (("least_age", said.least_age), ("greatest_age", said.greatest_age)):
            self.fields[name].initial = value
        self.fields["authorised_source"].initial = source
        types = [("", "All"), *enumerate(SKIN_TYPES, start=1)]
        for zone, word in Zone.choices:
            row = said.zones.get(zone)
            self.fields[f"in_{zone}"] = forms.BooleanField(label=word, required=False, initial=row is not None)
            self.fields[f"deepest_{zone}"] = forms.DecimalField(
                label=f"{word}, deepest in mm",
                required=False,
                min_value=LEAST_MM,
                max_value=GREATEST_MM,
                decimal_places=2,
                initial=row.deepest_mm if row else None,
                widget=forms.NumberInput(attrs={"step": "0.05", "inputmode": "decimal", "class": "depth"}),
            )
            for name, end, initial in (
                ("from", "from", row.skin_from if row else None),
                ("to", "to", row.skin_to if row else None),
            ):
                self.fields[f"{name}_{zone}"] = forms.TypedChoiceField(
                    label=f"{word}, skin types {end}",
                    required=False,
                    choices=types,
                    coerce=int,
                    empty_value=None,
                    initial=initial or "",
                )

    @property
    def fact_fields(self) -> list[BoundField]:
        """What is not said of a zone."""
        return [self[name] for name in ("least_age", "greatest_age", "authorised_source")]

    @property
    def zone_lines(self) -> list[tuple[str, BoundField, BoundField, BoundField, BoundField]]:
        """The rows of the table: the word, the tick, how deep, and the two skin types."""
        names = ("in", "deepest", "from", "to")
        return [(word, *(self[f"{name}_{zone}"] for name in names)) for zone, word in Zone.choices]  # type: ignore[misc]

    def clean(self) -> dict[str, Any]:
        """The zones that are ticked; both skin types, or neither."""
        said, zones = super().clean() or self.cleaned_data, {}
        for zone in Zone.values:
            if not said.get(f"in_{zone}"):
                continue
            first, last = said.get(f"from_{zone}"), said.get(f"to_{zone}")
            if (first is None) != (last is None) or (first and last and first > last):
                self.add_error(f"to_{zone}", "Choose both skin types, the lower one first, or neither.")
            zones[zone] = AuthorisedFor(said.get(f"deepest_{zone}"), first, last)
        return {name: said.get(name) for name in ("least_age", "greatest_age", "authorised_source")} | {"zones": zones}


class ProductForm(ToldOfOthers):
    """What a clinic buys: name, maker, the number under its barcode, and the limits of its kind."""

    gtin = forms.CharField(
        label="GTIN",
        required=False,
        max_length=20,
        help_text="The 8, 12, 13 or 14 digits of its barcode. With it, a scanned packet is recognised.",
    )

    class Meta:
        model = Product
        fields = ("name", "maker", "kind", "gtin", "counting", "low_stock", "max_grams", "open_channels", "retired_on")
        widgets = {"retired_on": DateBox}
        help_texts = {
            "counting": "Each cartridge and each serum that a session uses leaves its lot’s stock. A tube of cream "
            "serves several sessions. Say it here if yours differ, such as a serum from a bottle, or cream in sachets.",
            "low_stock": "Today says so when no more than this are left in all its open lots together.",
            "max_grams": "For numbing cream only, from its leaflet.",
            "open_channels": "For serums and gels only: tick it when the maker says it may be used on needled skin.",
            "retired_on": "Leave empty while you use it.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "counting" in self.fields:
            self.fields["counting"].choices = [("", "As usual for its kind"), *Counting.choices]  # type: ignore[attr-defined]

    def clean_gtin(self) -> str:
        """Fourteen digits, the last of which checks the others."""
        written = str(self.cleaned_data["gtin"])
        gtin = gtin_14(written)
        if written.strip() and not gtin:
            raise ValidationError("This is no GTIN: a digit is wrong or missing. Copy it from under the barcode.")
        twin = Product.objects.filter(gtin=gtin).exclude(pk=self.instance.pk).first() if gtin else None
        if twin:
            raise ValidationError(f"{twin} has this GTIN already.")
        return gtin

    def clean(self) -> dict[str, Any] | None:
        """Each limit belongs to one kind; a product is listed once."""
        said = self.cleaned_data
        kind = said.get("kind")
        if said.get("max_grams") is not None and kind != ProductKind.ANAESTHETIC:
            self.add_error("max_grams", "Grams are for numbing cream. Leave this empty, or choose that kind.")
        if said.get("open_channels") and kind != ProductKind.SERUM:
            self.add_error("open_channels", "This is for serums and gels. Untick it, or choose that kind.")
        if kind and (odd := counting_problem(kind, said.get("counting", ""))):
            self.add_error("counting", odd)
        same = Product.objects.filter(name__iexact=said.get("name", ""), maker__iexact=said.get("maker", ""))
        if same.exclude(pk=self.instance.pk).exists():
            self.add_error("name", "This product of this maker is on the list already.")
        used = self.instance.pk and self.instance.kind != kind and self.instance.lots.exists()
        if kind and used:
            self.add_error("kind", "It has lots of this kind. Add another product instead.")
        return super().clean()


def counting_problem(kind: str, counting: str) -> str:
    """Why a product of this kind cannot be counted so, and what to do; else ""."""
    if kind == ProductKind.CARTRIDGE and counting == Counting.BY_HAND:
        return "Cartridges leave the stock when a session is completed. Choose another way, or another kind."
    if kind not in USED_ON_SKIN and counting == Counting.BY_USE:
        return "Sessions do not name this kind of product. Choose another way, or another kind."
    return ""


class LotForm(ToldOfOthers, ReadsPacket):
    """One delivery: which product, its lot number, until when it is good, how many came."""

    code_box = "number"

    class Meta:
        model = Lot
        fields = ("number", "expires_on", "stock")  # the product is added by the page, inside its clinic
        widgets = {"expires_on": DateBox}
        help_texts = {
            "number": "As printed on the packet, after “LOT”. You can scan the packet’s barcode here: then leave "
            "product and expiry empty.",
            "expires_on": "As printed, by the hourglass. With month and year alone, the month’s last day.",
            "stock": "How many of this lot you have now.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "product" in self.fields:
            self.fields["product"].queryset = Product.objects.in_use()  # type: ignore[attr-defined]
            self.fields["product"].required = False
            self.fields["number"].max_length = 200  # type: ignore[attr-defined]
            self.read_packet()
        else:
            del self.fields["packet"]

    def clean(self) -> dict[str, Any] | None:
        """Whole, and listed once. A scanned barcode fills what was left empty."""
        said = self.cleaned_data
        if is_barcode(said.get("number", "")):
            self._fill_from_barcode(said)
        elif "number" in said:
            said["number"] = " ".join(said["number"].split())  # as it is looked for in a session
        product = said.get("product", self.instance.product if self.instance.pk else None)
        if "number" in self.fields and not product and not self.errors:
            self.add_error("product", "Choose the product.")
        if product and not said.get("expires_on") and product.kind not in KEEPS_FOR_EVER and not self.errors:
            self.add_error("expires_on", "Write the day until which it is good: it is on the packet.")
        if product and Lot.objects.numbered(said.get("number", "")).filter(product=product).exists():
            self.add_error("number", f"This lot of {product.name} is on the list already. Count its stock instead.")
        return super().clean()

    def _fill_from_barcode(self, said: dict[str, Any]) -> None:
        try:
            scanned = read_barcode(said["number"], on=timezone.localdate())
        except UnreadableCode as error:
            return self.add_error("number", str(error))
        product = Product.objects.in_use().filter(gtin=scanned.gtin).first() if scanned.gtin else None
        if not scanned.lot:
            return self.add_error("number", "This barcode names no lot. Type the lot number from the packet.")
        if product and said.get("product") not in {None, product}:
            return self.add_error("product", f"The barcode is of {product}.")
        if not product and not said.get("product"):
            return self.add_error("product", f"No product has the GTIN {scanned.gtin} yet. Add the product first.")
        said["number"] = scanned.lot
        said["product"] = said.get("product") or product
        said["expires_on"] = said.get("expires_on") or scanned.expires_on
        return None


class RecallForm(forms.Form):
    """Which product's lot is recalled, and why; the product is filled in when one alone is on the list."""

    def __init__(self, *args: Any, number: str, gtin: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        every = Product.objects.filter(kind__in=USED_ON_SKIN)
        listed = every.filter(lots__in=Lot.objects.numbered(number).values("pk"))
        named = every.filter(gtin=gtin) if gtin else listed
        products = named if named.exists() else listed if listed.exists() else every
        self.fields["product"] = forms.ModelChoiceField(
            products,
            empty_label="Choose",
            initial=products.first() if products.count() == 1 else None,
            error_messages={"required": "Choose the product that the maker recalls."},
            help_text="" if products.exists() else "No product is on your list. Add it under Clinic, Products first.",
        )
        self.fields["reason"] = forms.CharField(
            label="Reason",
            max_length=300,
            help_text="Such as: the maker’s letter of 3 March, sterility.",
            error_messages={"required": "Write the reason: it is kept with the lot."},
        )


class CountForm(forms.Form):
    """How many of a lot are left."""

    stock = forms.IntegerField(
        label="How many are left",
        min_value=0,
        max_value=100_000,
        error_messages={"required": "Count them and write the number."},
    )


class ReasonForm(forms.Form):
    """Why a lot may not be used, or may be again."""

    reason = forms.CharField(
        label="Reason",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Write the reason: it is kept with the lot."},
    )
