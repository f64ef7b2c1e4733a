"""Whether a setting looks like a secret: by its value's form, by its name, or by looking random.

The value is looked at in memory only. What comes out says why in words of ours (`a GitHub Token`): no part of the value,
no hash of it, not its length.
"""

import enum
import re
from dataclasses import dataclass

from secrets_cli.secret_value import SecretValue
from secrets_cli.secrets.audit.detectors import detectors
from secrets_cli.secrets.audit.literal import Form, form_of, is_placeholder, without_references
from secrets_cli.secrets.audit.secret_words import names_a_digest, secret_word
from secrets_cli.severity import Confidence

_URL_PASSWORD = re.compile(
    r"(?<![a-z0-9+.-])[a-z][a-z0-9+.-]{0,30}://(?P<user>[^:/?#\s@]{0,200}):(?P<password>[^/\s]{1,500})@[^@/\s]",
    re.IGNORECASE,
)
_URL_TOKEN = re.compile(
    r"[?&](?:(?:access_|auth_|api_?)?(?:token|key)|sig|signature|password|secret|client_secret)=(?P<value>[^&\s#]{16,})",
    re.IGNORECASE,
)
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_FEWEST_DIGITS = 4
"""Of a password that is a number."""
_WORDS_OF_A_PASSWORD = 2
_CHARACTERS_OF_FILLER = 3
_ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789" * 2
_LONGEST = 16 * 1024
"""Characters looked at: a parameter holds 8 KB at most, a function's environment 4 KB. Every pattern of ours takes a time
proportional to them."""


class By(enum.Enum):
    """What gave it away."""

    FORMAT = "format"
    """The value has the form of a credential that a service gives out."""
    NAME = "name"
    RANDOM = "random"


@dataclass(frozen=True, slots=True)
class Look:
    """Why a setting looks like a secret."""

    by: By
    detector: str
    """The detector's title (`GitHub Token`), or the word of the name (`password`)."""
    confidence: Confidence

    def __str__(self) -> str:
        """As it stands in a message: `its value has the form of a GitHub Token`."""
        match self.by:
            case By.FORMAT:
                return f"its value has the form of `{self.detector}`"
            case By.NAME:
                return f"its name says `{self.detector}`"
            case By.RANDOM:
                return f"its value looks random (`{self.detector}`)"


def looks_secret(name: str, value: SecretValue, *, sample: bool = False) -> Look | None:
    """Why the setting looks like a secret, or None.

    `sample` is for files of examples (`.env.example`): their values are made up, so only a credential's own form counts
    there, and neither a name nor a password in a URL.
    """
    text = value.reveal()[:_LONGEST].strip()
    form = form_of(text)
    if form in (Form.EMPTY, Form.REFERENCE, Form.PLACEHOLDER):
        return None
    if sample:
        return _by_detector(name, text)
    return _by_detector(name, text) or _in_url(text) or _by_name(name, text, form) or _by_randomness(name, text, form)


def _by_detector(name: str, text: str) -> Look | None:
    literal = without_references(text)
    for match in detectors().matches(name, literal):
        if not is_placeholder(match.text) and not _is_filler(match.text):
            return Look(By.FORMAT, match.detector, Confidence.HIGH)
    return None


def _in_url(text: str) -> Look | None:
    for title, pattern, group in (
        ("Password in a URL", _URL_PASSWORD, "password"),
        ("Key in a URL", _URL_TOKEN, "value"),
    ):
        found = pattern.search(text)
        if found and form_of(found[group]) in (Form.TEXT, Form.NUMBER) and not _is_filler(found[group]):
            return Look(By.FORMAT, title, Confidence.HIGH)
    return None


def _by_name(name: str, text: str, form: Form) -> Look | None:
    word = secret_word(name)
    if not word:
        return None
    match form:
        case Form.NUMBER:
            is_count = word.startswith("token") or len(text) < _FEWEST_DIGITS
            return None if is_count else Look(By.NAME, word, Confidence.MEDIUM)
        case Form.TEXT:
            return Look(By.NAME, word, Confidence.LOW if _is_prose(text) else Confidence.MEDIUM)
        case _:
            return None


def _by_randomness(name: str, text: str, form: Form) -> Look | None:
    if form is not Form.TEXT or names_a_digest(name) or _UUID.search(text):
        return None
    title = detectors().looks_random(text)
    return Look(By.RANDOM, title, Confidence.LOW) if title else None


def _is_prose(text: str) -> bool:
    """Words with blanks between: rather a label or a sentence than a password."""
    return len(text.split()) > _WORDS_OF_A_PASSWORD


def _is_filler(text: str) -> bool:
    """A made-up credential: one character over and over behind its prefix, or the alphabet in order. A text with blanks
    (the head of a private key) is none."""
    if " " in text:
        return False
    tail = next((part for part in reversed(re.split(r"[_\-.]", text)) if part), "").lower()
    return len(set(tail)) <= _CHARACTERS_OF_FILLER or tail in _ALPHABET or "example" in text.lower()
