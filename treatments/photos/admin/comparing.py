"""Two moments at the same view: side by side, and one over the other with a slider."""

from collections.abc import Sequence

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path

from clients.records.models import Client
from portal.adminsite.ids import id_from
from portal.adminsite.options import ClinicModelAdmin
from portal.practice.middleware import acting
from treatments.photos.admin.cures import why_hidden
from treatments.photos.admin.offers import offers_for
from treatments.photos.models import Photograph
from treatments.photos.services import of_client, strip
from treatments.photos.terms import Moment, View


class ComparePages(ClinicModelAdmin):
    """The page that compares."""

    def get_urls(self) -> list[URLPattern]:
        """Its address, by client."""
        compare = self.admin_site.admin_view(self.compare_page)
        own = [path("client/<int:object_id>/", compare, name="clients_client_photographs")]
        return [*own, *super().get_urls()]

    def compare_page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """A client's photographs of one view through time, and two of them compared; ?view=, ?first=, ?second=."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        client = get_object_or_404(Client.objects.all(), pk=object_id)
        hidden = why_hidden(client, acting(request))
        rows: Sequence[Row] = [] if hidden else strip(of_client(client))
        view, row = chosen_row(rows, request.GET.get("view", ""))
        first, second = chosen_two(row, request.GET.get("first", ""), request.GET.get("second", ""))
        return self.page(
            request,
            "admin/treatments/photograph/compare.html",
            title=f"Photographs of {client}",
            client=client,
            hidden=hidden,
            views=[(one, one == view) for one, _ in rows],
            view=view,
            row=row,
            first=first,
            second=second,
            offers=offers_for(request, first, second),
        )


Row = tuple[View | None, list[Photograph]]


def chosen_row(rows: Sequence[Row], asked: str) -> Row:
    """The view that was asked for; else the first with two photographs, or with any."""
    by_view = {str(row[0]): row for row in rows}
    with_two = [row for row in rows if len(row[1]) > 1]
    return by_view.get(asked) or next(iter([*with_two, *rows]), (None, []))


def chosen_two(row: list[Photograph], first: str, second: str) -> tuple[Photograph | None, Photograph | None]:
    """The two that were asked for; else the earliest and the latest. One alone has no other.

    Straight after a session skin is red: that shows no result, so another one is taken if there is any.
    """
    by_id = {one.pk: one for one in row}
    calm = [one for one in row[1:] if one.moment != Moment.AFTER] or row
    earliest, latest = (row[0], calm[-1]) if row else (None, None)
    return by_id.get(id_from(first) or 0, earliest), by_id.get(id_from(second) or 0, latest)
