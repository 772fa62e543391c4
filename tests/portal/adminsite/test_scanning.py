"""A photograph of a packet's barcode does what a scanner would."""

import io
from datetime import date

import pytest
import zxingcpp
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from portal.security.images import BadPicture, codes_in, read_codes
from tests.factories import ProductFactory
from treatments.models import Lot

GTIN = "09521234543213"
PRINTED = f"(01){GTIN}(17)280229(10)AB1(21)X9"
SCANNED = f"01{GTIN}1728022910AB1\x1d21X9"
MATRIX, BARS = zxingcpp.BarcodeFormat.DataMatrix, zxingcpp.BarcodeFormat.Code128


def drawn(text, kind=MATRIX, *, gs1=True, scale=6):
    code = zxingcpp.create_barcode(text, kind, gs1=gs1)
    pixels = memoryview(zxingcpp.write_barcode_to_image(code, scale=scale))
    return Image.frombytes("L", (pixels.shape[1], pixels.shape[0]), bytes(pixels))


def on_a_packet(*codes, turned=0, kind="JPEG"):
    """The codes on a grey packet, as a phone takes it."""
    packet = Image.new("L", (1600, 1200), 170)
    for place, code in enumerate(codes):
        packet.paste(code, (150, 120 + 520 * place))
    out = io.BytesIO()
    packet.rotate(turned, expand=True, fillcolor=170).convert("RGB").save(out, kind)
    return out.getvalue()


def upload(content):
    return SimpleUploadedFile("IMG_2.jpg", content, content_type="image/jpeg")


@pytest.mark.parametrize(
    ("kind", "turned"), [*[(MATRIX, by) for by in (0, 90, 180, 12)], (BARS, 0), (BARS, 90), (BARS, 180)]
)
def test_a_photograph_says_what_a_scanner_would_type(kind, turned):  # askew, bars are to be taken again
    assert codes_in(on_a_packet(drawn(PRINTED, kind, scale=3 if kind == BARS else 6), turned=turned)) == [SCANNED]


def test_a_code_of_gs1_comes_before_others():
    shop = drawn("HTTPS://EXAMPLE.ORG", zxingcpp.BarcodeFormat.QRCode, gs1=False, scale=4)
    assert codes_in(on_a_packet(shop, drawn(PRINTED))) == [SCANNED, "HTTPS://EXAMPLE.ORG"]


def test_it_is_read_apart_and_hostile_files_are_refused():
    assert read_codes(io.BytesIO(on_a_packet(drawn(PRINTED)))) == [SCANNED]
    assert read_codes(io.BytesIO(on_a_packet())) == []
    for hostile in (b"%PDF-1.4", on_a_packet(drawn(PRINTED))[:3000], b"\xff\xd8\xff"):
        with pytest.raises(BadPicture):
            read_codes(io.BytesIO(hostile))


@pytest.fixture
def product(clinic):
    return ProductFactory(clinic=clinic, name="Twelve", gtin=GTIN)


def test_a_new_lot_is_filled_from_a_photograph(product, practitioner, signed_in):
    said = {"number": "", "product": "", "expires_on": "", "stock": "5", "packet": upload(on_a_packet(drawn(PRINTED)))}
    answer = signed_in(practitioner).post("/admin/treatments/lot/add/", said)
    assert answer.status_code == 302
    lot = Lot.objects.get()
    assert (lot.product, lot.number, lot.expires_on, lot.stock) == (product, "AB1", date(2028, 2, 29), 5)


def test_an_unreadable_one_says_what_to_do_and_keeps_what_was_typed(product, practitioner, signed_in):
    said = {"number": "", "product": product.pk, "expires_on": "", "stock": "7", "packet": upload(on_a_packet())}
    page = signed_in(practitioner).post("/admin/treatments/lot/add/", said)
    form = page.context["adminform"].form
    assert "Take it again from nearer" in form.errors["packet"][0]
    assert (form["stock"].value(), Lot.objects.count()) == ("7", 0)
