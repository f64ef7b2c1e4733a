"""What statements say, whatever they are called and in whatever order they stand, and how two sets of policies differ."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence

from secrets_cli.iam.model import Effect, Policy, Statement
from secrets_cli.iam.render import policy_document
from secrets_cli.json_value import JsonValue
from secrets_cli.narrow.statements import as_2012


def meanings(policies: Iterable[Policy]) -> frozenset[str]:
    """One text for each statement: its parts sorted, without its Sid, all in version 2012-10-17."""
    return frozenset(_meaning(s) for policy in policies for s in as_2012(policy).statements)


def denials_of(policies: Iterable[Policy]) -> frozenset[str]:
    """As `meanings`, of the Deny statements alone."""
    return frozenset(_meaning(s) for policy in policies for s in as_2012(policy).statements if s.effect is Effect.DENY)


def difference(analysed: Sequence[Policy], now: Sequence[Policy]) -> tuple[str, ...]:
    """What was analysed and is there no more (`- {...}`), and what is there and was not analysed (`+ {...}`)."""
    before, after = meanings(analysed), meanings(now)
    return (*(f"- {text}" for text in sorted(before - after)), *(f"+ {text}" for text in sorted(after - before)))


def _meaning(statement: Statement) -> str:
    written = policy_document(Policy((statement,)))["Statement"]
    # INVARIANT: a policy of one statement is written as a list of one object.
    assert isinstance(written, list)
    assert isinstance(written[0], dict)
    parts = {name: _sorted(value) for name, value in written[0].items() if name != "Sid"}
    for name in ("Action", "NotAction"):
        if name in parts:
            parts[name] = _lowered(parts[name])
    return json.dumps(parts, sort_keys=False, ensure_ascii=False)


def _sorted(value: JsonValue) -> JsonValue:
    """Lists as sets, in order, one value as itself; keys in order."""
    match value:
        case dict():
            return {key: _sorted(value[key]) for key in sorted(value)}
        case list():
            texts = sorted(Counter(str(one) for one in value))
            return texts[0] if len(texts) == 1 else list(texts)
        case _:
            return value


def _lowered(value: JsonValue) -> JsonValue:
    """Actions are compared without case: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html"""
    if isinstance(value, list):
        return list(sorted({str(one).lower() for one in value}))
    return str(value).lower()
