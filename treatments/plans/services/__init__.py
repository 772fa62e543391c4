"""The verbs of plans and of the protocols they begin from."""

from treatments.plans.services.agreeing import agreed_among
from treatments.plans.services.beyond import beyond_what_holds
from treatments.plans.services.handout import make_handout
from treatments.plans.services.plans import (
    activate,
    certificate_problem,
    change_plan,
    complete_if_done,
    go_on,
    open_plan,
    stop_plan,
)
from treatments.plans.services.protocols import (
    HOW,
    begin_protocol,
    change_protocol,
    discard_protocol,
    fingerprint_of,
    protocol_for,
    publish_protocol,
    said_by,
    shipped,
    technique_of,
)
from treatments.plans.services.series import Line, lines_of, redates, redatings, said_of

__all__ = [
    "HOW",
    "Line",
    "activate",
    "agreed_among",
    "begin_protocol",
    "beyond_what_holds",
    "certificate_problem",
    "change_plan",
    "change_protocol",
    "complete_if_done",
    "discard_protocol",
    "fingerprint_of",
    "go_on",
    "lines_of",
    "make_handout",
    "open_plan",
    "protocol_for",
    "publish_protocol",
    "redates",
    "redatings",
    "said_by",
    "said_of",
    "shipped",
    "stop_plan",
    "technique_of",
]
