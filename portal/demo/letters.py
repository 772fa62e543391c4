"""A doctor's letter for the demo: one page of PDF, made here."""

from django.core.files.base import ContentFile

A4 = b"[0 0 595 842]"
AT = b"BT /F1 12 Tf 72 760 Td 18 TL "  # where the first line begins, and how far apart lines are


def letter(*lines: str) -> "ContentFile[bytes]":
    """These lines, without brackets or backslashes, as a PDF file."""
    page = AT + b"".join(b"(%s) Tj T* " % line.encode("latin-1", "replace") for line in lines) + b"ET"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox %s /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>" % A4,
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(page), page),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    body, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % len(body)
    return ContentFile(body + b"xref\n0 6\n0000000000 65535 f \n" + table + end, name="letter.pdf")
