"""The words that a clinic's own step begins with: simple ones, in every language, to be written over."""

from dataclasses import replace

from treatments.care.guidance import Words, default_words
from treatments.care.schedule import CareStep

# The warning is that of the default's last steps: painful, hot or swollen skin needs a doctor at any time.
WARNING_OF = "month_3"
SIMPLE = {
    "de": Words(
        subject="Eine kurze Nachricht für Sie",
        title="Wie geht es Ihnen?",
        body="Guten Tag {called}, dies ist eine kurze Nachricht von {clinic}.\n\n"
        "Wenn Sie etwas beunruhigt, rufen Sie bitte an: {phone}.",
        button="Sagen Sie uns, wie es Ihnen geht",
    ),
    "en": Words(
        subject="A short message for you",
        title="How are you?",
        body="Hello {called}, this is a short message from {clinic}.\n\nIf anything worries you, please call: {phone}.",
        button="Tell us how you are",
    ),
    "es": Words(
        subject="Un breve mensaje para usted",
        title="¿Cómo está?",
        body="Hola, {called}: este es un breve mensaje de {clinic}.\n\nSi algo le preocupa, llámenos: {phone}.",
        button="Díganos cómo está",
    ),
    "fr": Words(
        subject="Un petit message pour vous",
        title="Comment allez-vous ?",
        body="Bonjour {called}, voici un petit message de {clinic}.\n\n"
        "Si quelque chose vous inquiète, appelez-nous : {phone}.",
        button="Dites-nous comment vous allez",
    ),
}


def with_simple_words(step: CareStep) -> CareStep:
    """The step as it is, with the simple words if it has none."""
    if step.words:
        return step
    warnings = default_words(WARNING_OF)
    return replace(
        step, words={language: replace(words, warning=warnings[language].warning) for language, words in SIMPLE.items()}
    )
