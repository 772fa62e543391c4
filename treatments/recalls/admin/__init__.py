"""The pages of recalls."""

from treatments.recalls.admin.pages import RecallAdmin

__all__ = ["RecallAdmin"]
