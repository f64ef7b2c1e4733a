"""For whom findings are shown: how many doubtful ones a reader accepts."""

import enum


class Persona(enum.Enum):
    """From the least to the most demanding reader; each sees what the ones before see."""

    DEFAULT = "default"
    """A team that wants to merge: what is worth a change, hardly ever wrong."""
    STRICT = "strict"
    """A team that keeps least privilege by the letter."""
    AUDITOR = "auditor"
    """Somebody who reads everything that might be something."""

    @property
    def rank(self) -> int:
        """0 for default to 2 for auditor."""
        return list(Persona).index(self)
