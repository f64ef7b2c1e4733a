"""The event map's answers, remembered: programs make the same call over and over.

Two calls are the same where all that the event map reads of them is, so the answer is the one it would give. Memory is
bounded: long calls are not kept, and a full store is emptied.
"""

import msgspec

from secrets_cli.catalog.grant import ApiCall, EventMeaning
from secrets_cli.usage.judge import Meaning

MOST = 16_384
"""Answers kept."""
LONGEST = 4_096
"""Bytes of a call that is kept."""


def remembered(meaning: Meaning) -> Meaning:
    """The same answers as `meaning`, each call asked about once. Not shared between threads."""
    known: dict[bytes, EventMeaning] = {}
    encode = msgspec.json.Encoder().encode

    def answer(call: ApiCall) -> EventMeaning:
        key = encode(call)
        found = known.get(key)
        if found is None:
            found = meaning(call)
            if len(known) >= MOST:
                known.clear()
            if len(key) <= LONGEST:
                known[key] = found
        return found

    return answer
