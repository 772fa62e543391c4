"""What a practitioner writes down after a session, and signs; once with a slip that is amended."""

from datetime import datetime, timedelta
from decimal import Decimal

from portal.demo.patient import Known
from portal.demo.play import Story
from treatments.products.models import Product
from treatments.products.terms import ProductKind
from treatments.sessions.services import (
    CreamUsed,
    Ended,
    SerumUsed,
    amend_record,
    mark_of_record,
    sign_session,
    write_materials,
)
from treatments.sessions.terms import Amendable, Degree, Sign

MINUTE = timedelta(minutes=1)


class Recording(Known):
    """A client whose records are signed."""

    def is_recorded(self, ended: datetime) -> Story:
        """Numbing cream where the plan is with it, a gel, the skin, the aftercare; and the signature."""
        at = ended + 5 * MINUTE
        yield at
        cream = CreamUsed(
            product=Product.objects.get(kind=ProductKind.ANAESTHETIC),
            strength="4%",
            grams=Decimal("7.5"),
            area="Neck and décolleté",
            on_at=ended - 80 * MINUTE,
            off_at=ended - 50 * MINUTE,
            removed=True,
            lot="C4418",
        )
        gel = SerumUsed(product=Product.objects.get(kind=ProductKind.SERUM), lot="H0093")
        signs = {Sign.ERYTHEMA.value: Degree.MODERATE.value, Sign.PINPOINT_BLEEDING.value: Degree.MILD.value}
        told = {"told": self.plan.aftercare, "spoken": True, "email": bool(self.client.email), "told_by": self.by.user}
        write_materials(
            session=self.session,
            creams=[cream] if self.numbed else [],
            serums=[gel],
            ended=Ended(signs=signs, **told),
            cartridge_expires_on=(ended + timedelta(days=400)).date(),
            by=self.by.user,
            at=at,
        )
        sign_session(session=self.session, read=mark_of_record(self.session), by=self.by.user, at=at)

    def is_amended(self, at: datetime) -> Story:
        """The packet is still there, and its lot is another than was written down."""
        yield at
        amend_record(
            session=self.session,
            subject=Amendable.LOT,
            after=f"{self.session.cartridge_lot}B",
            reason="The last letter of the lot was left out; read again from the packet kept with the record.",
            by=self.by.user,
            at=at,
        )
