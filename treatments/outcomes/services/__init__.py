"""The verb of outcomes, a practitioner's rating; and what pages count."""

from treatments.outcomes.services.counting import Time, by_goal, by_parts, goals_said
from treatments.outcomes.services.pairs import Pair, pairs_of, to_rate, to_rate_of_many, why_not_matched
from treatments.outcomes.services.rating import (
    GoalMissing,
    NoGoals,
    NotMatched,
    PhotographsHidden,
    goals_of,
    rate_photographs,
)
from treatments.outcomes.services.responding import Response, responses

__all__ = [
    "GoalMissing",
    "NoGoals",
    "NotMatched",
    "Pair",
    "PhotographsHidden",
    "Response",
    "Time",
    "by_goal",
    "by_parts",
    "goals_of",
    "goals_said",
    "pairs_of",
    "rate_photographs",
    "responses",
    "to_rate",
    "to_rate_of_many",
    "why_not_matched",
]
