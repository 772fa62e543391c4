"""A place in a questionnaire, in words and as steps, and what is wrong there."""

from dataclasses import dataclass

from treatments.screening.questionnaire.lines import Step


@dataclass(frozen=True)
class Place:
    """Such as questions[acne].rules[0].level; the steps lead to it in the JSON."""

    words: str = ""
    steps: tuple[Step, ...] = ()

    def key(self, name: str) -> "Place":
        """What is under that key."""
        return Place(f"{self.words}.{name}" if self.words else name, (*self.steps, name))

    def part(self, number: int, name: str | None = None) -> "Place":
        """A part of a list, by its own key where it has one."""
        return Place(f"{self.words}[{number if name is None else name}]", (*self.steps, number))


class QuestionnaireMalformed(ValueError):
    """The questionnaire cannot be read."""

    def __init__(self, place: Place | str, reason: str) -> None:
        self.place = place if isinstance(place, Place) else Place(place)
        super().__init__(f"{self.place.words or 'the questionnaire'}: {reason}")
