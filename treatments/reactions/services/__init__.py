"""Open, note and end a case; draft its report; count how often sessions were followed by one."""

from treatments.reactions.services.contact import begin_case, note_done
from treatments.reactions.services.ending import end_case
from treatments.reactions.services.rates import rates
from treatments.reactions.services.reporting import draft_report

__all__ = ["begin_case", "draft_report", "end_case", "note_done", "rates"]
