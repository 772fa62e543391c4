"""A refusal is an exception whose docstring is its message."""

import inspect


class Refused(Exception):
    """This cannot be done now."""

    def __str__(self) -> str:
        """What was given, else the class's own sentence."""
        return " ".join(str(part) for part in self.args) or inspect.cleandoc(self.__doc__ or "")
