"""Screenings: the list, the review, and a page for each decision."""

from django.contrib import admin
from django.urls import URLPattern, path

from treatments.screening.admin.decisions import DecisionPages
from treatments.screening.admin.lists import ScreeningList
from treatments.screening.admin.overrides import OverridePages
from treatments.screening.admin.review import ReviewPages
from treatments.screening.admin.sending import SendingPages
from treatments.screening.models import Screening


@admin.register(Screening)
class ScreeningAdmin(ScreeningList, ReviewPages, DecisionPages, SendingPages, OverridePages):
    """All pages about screenings."""

    def get_urls(self) -> list[URLPattern]:
        """Django's addresses, and a page for each change of state."""
        of_one = {
            "review": self.review_page,
            "hand-over": self.hand_over_page,
            "resend": self.resend_page,
            "withdraw": self.withdraw_page,
            "invite": self.invite_page,
            "accept": self.accept_page,
            "reassess": self.reassess_page,
            "ask": self.ask_page,
            "defer": self.defer_page,
            "refuse": self.refuse_page,
        }
        of_all = {"send": self.send_page, "overrides": self.overrides_page, "sources": self.sources_page}
        wrap = self.admin_site.admin_view
        own = [path(f"{verb}/", wrap(page), name=_name(verb)) for verb, page in of_all.items()]
        own += [path(f"<int:object_id>/{verb}/", wrap(page), name=_name(verb)) for verb, page in of_one.items()]
        own += [path("letters/<int:object_id>/file/", wrap(self.letter_page), name="treatments_letter_file")]
        return [*own, *super().get_urls()]


def _name(verb: str) -> str:
    return f"treatments_screening_{verb.replace('-', '_')}"
