"""`manage.py messages`: collect what clients read into locale/, and say what lacks a translation."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.management import catalogues


class Command(BaseCommand):
    """Writes each language's .po and .mo anew; translations are kept, words that nobody reads any more go."""

    help = __doc__ or ""

    def handle(self, *args: Any, **options: Any) -> None:
        """One line for each language, and the words that wait for a translation."""
        messages, missing = catalogues.found(), 0
        for language in catalogues.LANGUAGES:
            catalog = catalogues.translated(language, messages)
            catalogues.path_of(language, "po").parent.mkdir(parents=True, exist_ok=True)
            catalogues.path_of(language, "po").write_bytes(catalogues.po_of(catalog))
            catalogues.path_of(language, "mo").write_bytes(catalogues.mo_of(catalog))
            waiting = catalogues.untranslated(catalog)
            missing += len(waiting)
            self.stdout.write(f"{language}: {len(catalog)} messages, {len(waiting)} without a translation")
            for words in waiting:
                self.stdout.write(f"  {words}")
        if missing:
            raise CommandError("Write the missing msgstr lines in locale/, then run `python3 dev.py messages` again.")
