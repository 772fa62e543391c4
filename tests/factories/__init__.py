"""One factory per table: the smallest valid row, no surprises."""

from tests.factories.consents import (
    ConsentFactory,
    ConsentRequestFactory,
    DocumentFactory,
)
from tests.factories.practice import (
    NOON,
    PASSWORD,
    CertificateFactory,
    ClientFactory,
    ClientLinkFactory,
    ClinicFactory,
    MembershipFactory,
    MessageFactory,
    UserFactory,
)
from tests.factories.screening import (
    DecisionFactory,
    DraftFactory,
    LetterFactory,
    QueryFactory,
    QuestionnaireVersionFactory,
    ScreeningFactory,
)
from tests.factories.treatments import (
    AlertFactory,
    ConfirmationFactory,
    DeviceFactory,
    FollowupFactory,
    PlanFactory,
    PlanZoneFactory,
    ReplyFactory,
    SessionFactory,
    SessionZoneFactory,
)

__all__ = [
    "NOON",
    "PASSWORD",
    "AlertFactory",
    "CertificateFactory",
    "ClientFactory",
    "ClientLinkFactory",
    "ClinicFactory",
    "ConfirmationFactory",
    "ConsentFactory",
    "ConsentRequestFactory",
    "DecisionFactory",
    "DeviceFactory",
    "DocumentFactory",
    "DraftFactory",
    "FollowupFactory",
    "LetterFactory",
    "MembershipFactory",
    "MessageFactory",
    "PlanFactory",
    "PlanZoneFactory",
    "QueryFactory",
    "QuestionnaireVersionFactory",
    "ReplyFactory",
    "ScreeningFactory",
    "SessionFactory",
    "SessionZoneFactory",
    "UserFactory",
]
