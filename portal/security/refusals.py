"""A refusal is an exception whose docstring is its message."""

import inspect


class Refused(Exception):
    """This cannot be done now."""

    field = ""  # the name of the form's field that it is about, where there is one

    def __str__(self) -> str:
        """What was given, else the class's own sentence."""
        return " ".join(str(part) for part in self.args) or inspect.cleandoc(self.__doc__ or "")
