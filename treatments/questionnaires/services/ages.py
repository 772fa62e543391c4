"""The age rules of a questionnaire, changed: questionnaire in, questionnaire out."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from treatments.questionnaires.services.editing import NO_RULE, OWN_SOURCE, Approval, checked
from treatments.questionnaires.services.refusals import DraftMoved, NotToBeUsed
from treatments.screening.questionnaire import Questionnaire
from treatments.screening.questionnaire.words import AgeRule

STEM = "own_age"


@dataclass(frozen=True)
class AgeEdit:
    """What is to become of an age rule: from which age to which (both included), its level ("" takes it away), why."""

    least: int
    oldest: int
    level: str
    why: str = ""
    client_why: str = ""


def with_ages(
    questionnaire: Questionnaire,
    edits: tuple[AgeEdit, ...],
    added: AgeEdit | None,
    approval: Approval | None,
    taken: Iterable[str],
) -> Questionnaire:
    """With the age rules changed, in their order, and one more. Raises DraftMoved, NotToBeUsed."""
    if len(edits) != len(questionnaire.age_rules):
        raise DraftMoved
    pairs = enumerate(zip(questionnaire.age_rules, edits, strict=True))
    rules = [_changed(rule, edit, f"age_{n}") for n, (rule, edit) in pairs if edit.level != NO_RULE]
    if added is not None and added.level != NO_RULE:
        used = {*taken, *(question.key for question in questionnaire.questions), *(rule.key for rule in rules)}
        name = next(key for key in (STEM, *(f"{STEM}_{n}" for n in range(2, len(used) + 3))) if key not in used)
        rules.append(_changed(AgeRule(name, "", "", "", OWN_SOURCE), added, "added"))
    if approval is not None:
        rules = [replace(rule, approved_by=approval.by, approved_on=approval.on) for rule in rules]
    return checked(replace(questionnaire, age_rules=tuple(rules)))


def _changed(was: AgeRule, edit: AgeEdit, place: str) -> AgeRule:
    """The rule as it is to be. Who approved it is forgotten once it says something else."""
    if edit.least > edit.oldest:
        raise NotToBeUsed("The last age lies before the first. Write the younger age first.", f"{place}_oldest")
    below = f"age<{edit.oldest + 1}"
    when = f"{edit.least}<={below}" if edit.least else below
    now = replace(was, when=when, level=edit.level, why=edit.why, client_why=edit.client_why)
    return was if now == was else replace(now, approved_by="", approved_on="")
