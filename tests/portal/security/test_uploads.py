"""Files are what their first bytes say."""

from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st

from portal.security.uploads import BEGINNINGS, LARGEST_BYTES, kind_of_file, stored_name, validate_document
from tests.factories import CertificateFactory

PDF = b"%PDF-1.7 a certificate"


def upload(content, name="certificate.pdf"):
    return SimpleUploadedFile(name, content)


@pytest.mark.parametrize("ending", BEGINNINGS)
def test_a_file_is_known_by_its_content(ending):
    file = upload(BEGINNINGS[ending] + b"...", name="something.exe")
    validate_document(file)
    assert (kind_of_file(file), file.read(3)) == (ending, BEGINNINGS[ending][:3])


@pytest.mark.parametrize("content", [b"", b"<svg onload=alert(1)>", b"<html>%PDF-", b"MZ", b"GIF89a", b"%PD"])
def test_anything_else_is_refused_whatever_its_name(content):
    with pytest.raises(ValidationError, match="not a PDF"):
        validate_document(upload(content))


def test_ten_megabytes_and_no_more():
    validate_document(upload(PDF.ljust(LARGEST_BYTES)))
    with pytest.raises(ValidationError, match="larger than 10 MB"):
        validate_document(upload(PDF.ljust(LARGEST_BYTES + 1)))


def test_a_stored_file_is_for_the_portals_own_user_alone(clinic, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"
    certificate = CertificateFactory(file=upload(PDF), membership__clinic=clinic)
    stored = Path(certificate.file.path)
    assert [oct(path.stat().st_mode & 0o777) for path in (stored, stored.parent)] == ["0o600", "0o700"]


@given(name=st.text(min_size=1))
def test_nothing_of_the_given_name_is_kept(name):
    certificate = CertificateFactory.build(membership=None, clinic=None)
    certificate.file = upload(PDF)
    first, second = stored_name(certificate, name), stored_name(certificate, name)
    assert (len(first), first[:12], first[-4:], first != second) == (48, "certificate/", ".pdf", True)
