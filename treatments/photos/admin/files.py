"""The files of photographs: to those who treat, while the client agrees, and never to a cache."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest
from django.urls import URLPattern, path

from portal.adminsite.options import ClinicModelAdmin
from treatments.photos.models import Photograph
from treatments.photos.services import may_be_seen


class FilePages(ClinicModelAdmin):
    """The picture and its thumbnail. Every request asks for the role, the clinic and the consent anew."""

    def get_urls(self) -> list[URLPattern]:
        """Two addresses for each photograph."""
        files = {"picture": self.picture, "thumbnail": self.thumbnail}
        own = [
            path(f"<int:object_id>/{verb}/", self.admin_site.admin_view(page), name=f"treatments_photograph_{verb}")
            for verb, page in files.items()
        ]
        return [*own, *super().get_urls()]

    def picture(self, request: HttpRequest, object_id: int) -> FileResponse:
        """The photograph."""
        return _as_picture(self._seen(request, object_id).file)

    def thumbnail(self, request: HttpRequest, object_id: int) -> FileResponse:
        """The small one."""
        return _as_picture(self._seen(request, object_id).thumbnail)

    def _seen(self, request: HttpRequest, object_id: int) -> Photograph:
        """Raises PermissionDenied; Http404 for another clinic's, a removed one, and while the client does not agree."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        photograph: Photograph = self.get_own(request, object_id)
        if photograph.removed_at or not may_be_seen(photograph.client):
            raise Http404
        return photograph


def _as_picture(kept: Any) -> FileResponse:
    """Shown inside pages of ours only, as what it is, and kept by nobody. Raises Http404 when the file is gone."""
    try:
        opened = kept.open("rb")
    except FileNotFoundError as gone:
        raise Http404 from gone
    headers = {"Cache-Control": "private, no-store", "Cross-Origin-Resource-Policy": "same-origin"}
    return FileResponse(opened, content_type="image/jpeg", headers=headers)
