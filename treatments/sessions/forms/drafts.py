"""What a form does that is kept as a draft: it comes back as it was left, without being checked."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.forms.utils import ErrorDict
from django.http import QueryDict

if TYPE_CHECKING:
    AnyForm = forms.BaseForm
else:
    AnyForm = object


class KeptInDrafts(AnyForm):
    """Mixin of forms. `restored` is a draft to show again; `unseen` says what of somebody else's was not looked at."""

    def __init__(self, *args: Any, restored: QueryDict | None = None, unseen: str = "", **kwargs: Any) -> None:
        data, *files = args or (None,)  # what was sent is newer than what was kept
        self.restored, self.unseen = data is None and restored is not None, unseen
        super().__init__(restored if self.restored else data, *files, **kwargs)

    def full_clean(self) -> None:
        """What was left half written is no mistake yet."""
        if self.restored:
            self._errors, self.cleaned_data = ErrorDict(), {}
            return
        super().full_clean()

    def clean(self) -> dict[str, Any] | None:
        """Nobody completes over what somebody else wrote without having seen it."""
        cleaned = super().clean()
        if self.unseen:
            self.add_error(None, self.unseen)
        return cleaned
