"""The detectors of the library detect-secrets that we use, one by one and in memory.

Only a detector's `analyze_string` is called: it is a pure search by regular expression. The library's scanner is not
used, on purpose: it keeps settings in a global, hashes what it finds, writes findings to its log, and may ask the service
a token belongs to whether it is valid. Nothing here leaves the process, and what a detector found is dropped at once: the
answer is the detector's name.

Which detectors run is a reviewed list; the reasons for the others are in `LEFT_OUT`, and a test holds both together
against the installed library, so that a new release's detectors do not go unseen.

Source: https://github.com/Yelp/detect-secrets (Apache-2.0), version 1.5.0. Loading it takes some 0.12 s, as its base
module imports `requests`: so it is loaded when the first value is looked at.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from itertools import pairwise
from types import MappingProxyType
from typing import Protocol

USED = MappingProxyType(
    {
        "AWSKeyDetector": "aws",
        "AzureStorageKeyDetector": "azure_storage_key",
        "DiscordBotTokenDetector": "discord",
        "GitHubTokenDetector": "github_token",
        "GitLabTokenDetector": "gitlab_token",
        "JwtTokenDetector": "jwt",
        "MailchimpDetector": "mailchimp",
        "NpmDetector": "npm",
        "OpenAIDetector": "openai",
        "PrivateKeyDetector": "private_key",
        "PypiTokenDetector": "pypi_token",
        "SendGridDetector": "sendgrid",
        "SlackDetector": "slack",
        "SquareOAuthDetector": "square_oauth",
        "StripeDetector": "stripe",
        "TelegramBotTokenDetector": "telegram_token",
    }
)
"""Detector -> its module: those whose form is so particular that a match is a credential."""

ENTROPY = MappingProxyType({"Base64HighEntropyString": 4.0, "HexHighEntropyString": 3.0})
"""Detector -> bits a character from which a text counts as random. A text of 28 random letters and digits has over 4.05
in 99 of 100 cases, one of 32 random hex digits over 3.2. What else must hold is in `looks_random`."""

LEFT_OUT = MappingProxyType(
    {
        "ArtifactoryDetector": "`AP` and nine more letters is enough for it: `APBACKEND01` would be a password",
        "BasicAuthDetector": "needs a user name and gives up at reserved characters in the password; ours takes both",
        "CloudantDetector": "`cl_token = ` and any 24 lower-case letters is enough for it; the name says the same",
        "IPPublicDetector": "an address is no secret",
        "IbmCloudIamDetector": "takes any 44 characters behind the word `key`; the name says the same",
        "IbmCosHmacDetector": "takes any 48 hex digits behind `secret key`; the name says the same",
        "KeywordDetector": "finds `secret` inside any word, so SECRETS_REGION and SECRET_ARN too; ours reads words",
        "SoftlayerDetector": "`sl_key = ` and any 64 characters is enough for it; the name says the same",
        "TwilioKeyDetector": "finds account and key SIDs, which are identifiers; the token beside is found by its name",
    }
)
"""Detector -> why it is off."""


class _Detector(Protocol):
    secret_type: str

    def analyze_string(self, string: str) -> Iterator[str]: ...


class _Entropy(_Detector, Protocol):
    def calculate_shannon_entropy(self, data: str) -> float: ...


@dataclass(frozen=True, slots=True)
class Match:
    """A detector that knows the value's form, and the text it matched, kept to be asked whether it is a placeholder."""

    detector: str
    """Its title, such as `GitHub Token`."""
    text: str


class Detectors:
    """The detectors, made once."""

    def __init__(self) -> None:
        self._used = tuple(_made(name, module) for name, module in USED.items())
        self._base64: _Entropy = _made("Base64HighEntropyString", "high_entropy_strings")
        self._hex: _Entropy = _made("HexHighEntropyString", "high_entropy_strings")

    def matches(self, name: str, text: str) -> Iterator[Match]:
        """Each detector that knows the form of something in `name = "text"`: some look at what stands before it."""
        line = f'{name} = "{text}"'
        for detector in self._used:
            for found in detector.analyze_string(line):
                yield Match(detector.secret_type, _whole(line, found))

    def looks_random(self, text: str) -> str:
        """The title of the entropy detector by which the whole text is random, or an empty text.

        Entropy alone takes long names in mixed case for keys. So letters of both cases and digits must alternate as
        often as they do by chance (62 % of neighbours differ in kind), or it must be hex digits of a key's length; 40 of
        them are a git revision.
        """
        quoted = f'"{text}"'
        if re.fullmatch(r"(?:[0-9a-f]{32}|[0-9a-f]{48}|[0-9a-f]{64}|[0-9a-f]{128})", text):
            return self._hex.secret_type if self._over(self._hex, quoted, "HexHighEntropyString") else ""
        if (
            max(map(len, re.split(r"[-_]", text))) < _SHORTEST
            or _changes(text) < _LEAST_CHANGES
            or not _MIXED.match(text)
        ):
            return ""
        return self._base64.secret_type if self._over(self._base64, quoted, "Base64HighEntropyString") else ""

    def _over(self, detector: "_Entropy", quoted: str, name: str) -> bool:
        whole = len(quoted) - 2
        return any(
            len(found) == whole and detector.calculate_shannon_entropy(found) >= ENTROPY[name]
            for found in detector.analyze_string(quoted)
        )


@lru_cache(maxsize=1)
def detectors() -> Detectors:
    """The detectors; the library is loaded at the first call."""
    return Detectors()


_SHORTEST = 24
"""Of the longest part between dashes: names that a stack makes are words and a short random part."""
_LEAST_CHANGES = 0.45
_MIXED = re.compile(r"(?=.*[a-z])(?=.*[A-Z])(?=.*[0-9][^0-9]+[0-9])")


def _whole(line: str, found: str) -> str:
    """The run of characters around what was found: some detectors answer the prefix alone (`ghp`)."""
    place = line.find(found)
    start = max((line.rfind(mark, 0, place) for mark in _MARKS), default=-1) + 1
    ends = [end for mark in _MARKS if (end := line.find(mark, place + len(found))) >= 0]
    return line[start : min(ends, default=len(line))]


_MARKS = (" ", '"', "'", "\n", ",", ";")


def _changes(text: str) -> float:
    """The share of neighbours that differ in kind: upper, lower, digit, other."""
    kinds = [(char.isupper(), char.islower(), char.isdigit()) for char in text]
    return sum(one != other for one, other in pairwise(kinds)) / max(1, len(text) - 1)


def _made(name: str, module: str) -> _Entropy:
    made: _Entropy = getattr(import_module(f"detect_secrets.plugins.{module}"), name)()
    return made
