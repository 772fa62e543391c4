"""The client's pages behind the link of a follow-up."""

from treatments.followups.views.beside import BESIDE
from treatments.followups.views.replying import draft, reply

__all__ = ["BESIDE", "draft", "reply"]
