"""From a value of a configuration to policies: what is unknown stays in them as UNKNOWN, and is listed.

A document that is no policy is listed as unresolved, with the place and what is wrong with it, and the rest of the
configuration is still read.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from secrets_cli.errors import MalformedInput
from secrets_cli.iam.json_text import JsonDocument, JsonNode
from secrets_cli.iam.location import Location
from secrets_cli.iam.model import Policy
from secrets_cli.iam.policy_kind import PolicyKind
from secrets_cli.inputs.found import UNKNOWN, Unresolved
from secrets_cli.inputs.partial import partial_policy
from secrets_cli.inputs.terraform_json import Encoder, decoded
from secrets_cli.inputs.terraform_source import Sources
from secrets_cli.inputs.terraform_value import (
    Cause,
    Either,
    ListValue,
    MapValue,
    Null,
    Text,
    Value,
    causes_of,
    unknown,
)

_PLACE = re.compile(r"(?s)the string:([0-9]+):([0-9]+): (.*)")
_INNER = "the string"


@dataclass(frozen=True, slots=True)
class ReadPolicy:
    """One policy and the place of its document."""

    policy: Policy
    location: Location


@dataclass(frozen=True, slots=True)
class ReadPolicies:
    """What a value says."""

    policies: tuple[ReadPolicy, ...] = ()
    """Several where a conditional is not decided."""
    unresolved: tuple[Unresolved, ...] = ()


def policies_of(value: Value, kind: PolicyKind, sources: Sources) -> ReadPolicies:
    """The policies that the value may be, and what is unknown in them."""
    match value:
        case Null():
            return ReadPolicies()
        case Either(options):
            read = [policies_of(option, kind, sources) for option in options]
            policies = tuple(one for each in read for one in each.policies)
            return ReadPolicies(policies, tuple(one for each in read for one in each.unresolved))
        case Text() if not value.value.strip():
            return ReadPolicies()
        case Text():
            return _of_text(value, kind, sources)
        case MapValue() | ListValue():
            encoder = Encoder()
            node = encoder.node(value)
            return _of_node(node, encoder.causes, kind, sources)
        case _:
            causes = causes_of(value) or unknown(value.offset, "the policy is not known").causes
            return ReadPolicies(unresolved=listed(causes, sources))


def listed(causes: Iterable[Cause], sources: Sources) -> tuple[Unresolved, ...]:
    """The causes with their places in the files."""
    return tuple(Unresolved(sources.at(cause.offset), cause.reason, cause.supply) for cause in causes)


def _of_text(text: Text, kind: PolicyKind, sources: Sources) -> ReadPolicies:
    if text.value.strip() == UNKNOWN:
        return ReadPolicies(unresolved=listed(text.causes, sources))
    try:
        node = decoded(text, _INNER)
    except MalformedInput as error:
        return ReadPolicies(unresolved=(*listed(text.causes, sources), _no_json(error, text, sources)))
    return _of_node(node, text.causes, kind, sources)


def _no_json(error: MalformedInput, text: Text, sources: Sources) -> Unresolved:
    found = _PLACE.fullmatch(error.message)
    if found is None:
        return Unresolved(sources.at(text.offset), error.message)
    lines = text.value.split("\n")
    index = sum(len(line) + 1 for line in lines[: int(found[1]) - 1]) + int(found[2]) - 1
    return Unresolved(sources.at(text.place(index)), f"the policy is no JSON: {found[3]}")


def _of_node(node: JsonNode, causes: tuple[Cause, ...], kind: PolicyKind, sources: Sources) -> ReadPolicies:
    location = sources.at(node.offset)
    partial = partial_policy(JsonDocument(node, sources), location.file, kind)
    unresolved = (*listed(causes, sources), *partial.unresolved)
    policies = (ReadPolicy(partial.policy, location),) if partial.policy is not None else ()
    return ReadPolicies(policies, unresolved)
