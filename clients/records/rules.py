"""What counts as somebody's name when they sign with it: pure rules that refuse as little as they can."""

import re
import unicodedata

LEAST_LETTERS = 2  # names of one character exist; then the record has it, and it counts
WORDS = re.compile(r"[^\W_]+")


def is_whole_name(name: str, *known: str) -> bool:
    """Whether this can be a name, in any script and of any number of words; or is one that is known.

    Marks count as letters: in the scripts of India a vowel is often one.
    """
    letters = sum(unicodedata.category(one)[0] in "LM" for one in name)
    return letters >= LEAST_LETTERS or (bool(letters) and any(parts(name) == parts(one) for one in known))


def is_name_of(name: str, *, given: set[str], family: str) -> bool:
    """Whether a name has a word of the family name and one of a given name, in any order and spelling of accents.

    It says no to a husband's name or another script as well: ask the person, never refuse them.
    """
    typed, firsts = parts(name), set().union(*map(parts, given))
    return all(not wanted or typed & wanted for wanted in (firsts, parts(family)))


def parts(name: str) -> set[str]:
    """The words of a name, without accents, in lower case."""
    plain = "".join(one for one in unicodedata.normalize("NFKD", name) if not unicodedata.combining(one))
    return set(WORDS.findall(plain.casefold()))
