"""The device form."""

from django.core.exceptions import ValidationError

from portal.adminsite.forms import ToldOfOthers
from portal.adminsite.widgets import DateBox
from treatments.products.models import Device


class DeviceForm(ToldOfOthers):
    """One handpiece: what it is, and since when it is out of use."""

    class Meta:
        model = Device
        fields = ("name", "maker", "kind", "serial", "retired_on")
        widgets = {"retired_on": DateBox}
        help_texts = {
            "serial": "As printed on the handpiece.",
            "retired_on": "Leave empty while it is in use. With a day here it cannot be chosen any more.",
        }

    def clean_serial(self) -> str:
        """One handpiece is listed once in a clinic."""
        serial = " ".join(self.cleaned_data["serial"].split())
        twin = Device.objects.filter(serial=serial).exclude(pk=self.instance.pk).first()
        if twin:
            raise ValidationError(f"{twin} is on the list already.")
        return serial
