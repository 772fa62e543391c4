"""The practitioner's first page."""

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse


def today(request: HttpRequest) -> HttpResponse:
    """What needs a person today."""
    return TemplateResponse(request, "admin/today.html", admin.site.each_context(request) | {"title": "Today"})
