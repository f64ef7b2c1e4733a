"""A usage as one short text, for comparing what two engines, two machines or two days answered."""

import hashlib
from dataclasses import replace

import msgspec

from secrets_cli.usage.usage import Usage


def digest_of(usage: Usage) -> str:
    """SHA-256, in hexadecimal, of everything the usage says, as JSON of one form: fields in their order, no white space.

    Usages are sorted in all their parts, so equal answers have equal digests. The catalog's version is not part of it.
    """
    return hashlib.sha256(msgspec.json.encode(replace(usage, uses=tuple(usage.uses)))).hexdigest()
