"""How a page of the form is laid out: a crispy layout that renders all its questions with one template of our own.

Crispy's own templates include three more for each option; with sixty questions that took most of the time.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, LayoutObject
from crispy_forms.utils import TEMPLATE_PACK
from django.template.loader import get_template
from django.utils.translation import get_language, gettext

from treatments.screening.forms.client import MoreForm, PartForm
from treatments.screening.forms.fields import UNSURE_DATE, options_of
from treatments.screening.forms.typed import BIRTH, Typed, day_in, unsure
from treatments.screening.forms.wording import is_own
from treatments.screening.questionnaire import DateQuestion, Question
from treatments.screening.questionnaire.words import Option, TextQuestion, values_of

Block = dict[str, Any]


class Questions(LayoutObject):  # type: ignore[misc]  # crispy-forms has no types
    """Every question of the page."""

    template = "screening/questions.html"

    def __init__(self, *names: str) -> None:
        self.fields = list(names)

    def render(self, form: PartForm, context: Any, template_pack: str = TEMPLATE_PACK, **_kwargs: Any) -> str:
        """The page's questions, in one go."""
        form.rendered_fields.update(self.fields)
        return get_template(self.template).render({"blocks": list(blocks(form)), "own_lang": _own_language(context)})


def _own_language(context: Any) -> str:
    """The language in which the clinic writes, where the page is in another one."""
    written = str(context["clinic"].language) if "clinic" in context else ""
    return "" if (get_language() or "en").startswith(written) else written


def with_layout(form: PartForm) -> PartForm:
    """The form, told how it is laid out."""
    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True  # the template writes it, once
    helper.form_show_errors = False  # each stands at its field, and all in the summary
    helper.layout = Layout(Questions(*form.fields))
    form.helper = helper
    return form


def blocks(form: PartForm) -> Iterator[Block]:
    """The questions of the page, ready to be printed."""
    if BIRTH in form.fields:
        yield {"birth": _date(form, BIRTH) | {"help": _why(form.questionnaire.birth_why)}}
    for question in form.part.questions:
        if isinstance(form, MoreForm):
            yield from _more(form, question)
        elif _may_apply(form, question):
            yield _question(form, question)


def _may_apply(form: PartForm, question: Question) -> bool:
    """Asked by the answers of earlier pages; those of this page may still change."""
    return form.is_asked(question) or form.part.leads_here(question)


def _question(form: PartForm, question: Question) -> Block:
    key = question.key
    chosen, errors = values_of(form.typed.get(key)), _errors(form, key)
    many, own = question.kind == "many", {option.value for option in question.options if is_own(option.label)}
    return {
        "key": key,
        "words": form.fields[key].label,
        "is_own": is_own(question.words),
        "help": _help(question),
        "errors": errors,
        "described": f"id_{key}_help id_{key}_error" if errors else f"id_{key}_help",
        "type": "checkbox" if many else "radio",
        "options": [
            (number, value, words, value in chosen, value in own)
            for number, (value, words) in enumerate(options_of(question))
        ],
        "when": _when((shown.key, shown.values) for shown in question.shown if _stands_on(form, shown.key)),
        "advice": [
            (_advice(question, option), _when([(key, (option.value,))])) for option in question.options if option.advice
        ],
        "dates": [
            _date(form, asked.field) | {"when": _when_asked(question, asked), "is_own": is_own(asked.words)}
            for asked in question.dates
        ],
        "texts": [_text(form, text.field) | {"when": _when([(key, text.values)])} for text in question.texts],
    }


def _more(form: MoreForm, question: Question) -> Iterator[Block]:
    """The follow-ups of one question, all in sight, below the answer that they follow."""
    if not form.is_asked(question):
        return
    if question.key in form.fields:
        block = _question(form, question)
        yield block | {"when": "", "dates": _here(form, block["dates"]), "texts": _here(form, block["texts"])}
        return
    answer = form.typed.get(question.key)
    chosen = values_of(answer)
    follow_ups: Block = {
        "dates": [
            _date(form, asked.field) | {"is_own": is_own(asked.words)}
            for asked in question.dates
            if asked.field in form.fields
        ],
        "texts": [_text(form, text.field) for text in question.texts if text.field in form.fields],
        "advice": [
            (_advice(question, option), "") for option in question.options if option.advice and option.value in chosen
        ],
    }
    if any(follow_ups.values()):
        yield follow_ups | {"said": _said(question, form.typed)}


def _advice(question: Question, option: Option) -> str:
    """What is said to whoever chose this; where several can be chosen, with the choice that it is about."""
    words = gettext(option.advice)
    return f"{gettext(option.label)}: {words}" if question.kind == "many" else words


def _here(form: MoreForm, inputs: list[Block]) -> list[Block]:
    return [one | {"when": ""} for one in inputs if one["name"] in form.fields]


def _said(question: Question, typed: Typed) -> str:
    chosen = values_of(typed.get(question.key))
    words = ", ".join(label for value, label in options_of(question) if value in chosen)
    return gettext("%(question)s You answered: %(answer)s") % {"question": gettext(question.words), "answer": words}


def _date(form: PartForm, field: str) -> Block:
    day = day_in(form.typed.get(field, ""))
    return _text(form, field) | {
        "value": day.isoformat() if day else form.typed.get(field, ""),
        "unsure": unsure(field) if unsure(field) in form.fields else "",
        "is_unsure": bool(form.typed.get(unsure(field))),
        "unsure_words": UNSURE_DATE,
    }


def _text(form: PartForm, field: str) -> Block:
    return {
        "name": field,
        "words": form.fields[field].label if field in form.fields else "",
        "value": form.typed.get(field, ""),
        "errors": _errors(form, field),
    }


def _errors(form: PartForm, field: str) -> list[str]:
    return [str(error) for error in form.errors.get(field, ())]


def _stands_on(form: PartForm, key: str) -> bool:
    return any(other.key == key for other in form.part.questions)


def _when_asked(question: Question, asked: DateQuestion | TextQuestion) -> str:
    values = [option.value for option in question.options if question.asks_date(asked.field, option.value)]
    return _when([(question.key, values)])


def _when(conditions: Iterable[tuple[str, Iterable[str]]]) -> str:
    """For the script: key=value value; all of them must hold. "" for always."""
    return ";".join(f"{key}={' '.join(values)}" for key, values in conditions)


def _help(question: Question) -> str:
    return " ".join(part for part in (gettext(question.help) if question.help else "", _why(question.why)) if part)


def _why(reason: str) -> str:
    return gettext("Why we ask: %(reason)s") % {"reason": gettext(reason)} if reason else ""
