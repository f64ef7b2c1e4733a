"""From a document that is known in part to a policy that says what is known, and what is not.

A reader that meets something it cannot resolve puts UNKNOWN in its place: within a string, or as a whole value. Here
the rest is made a policy all the same:

* a statement, or the list of statements, that is unknown as a whole is left out;
* an unknown `Effect` is read as `Allow`, the worse of the two;
* an unknown `Version`, `Id` or `Sid` is left out, for it grants nothing (an unknown Version is read as the present one);
* an unknown principal, action or resource is the value UNKNOWN;
* an unknown condition is a term with the key UNKNOWN and the value UNKNOWN under `StringEquals`.

Whoever put UNKNOWN there has listed why (`Unresolved`); only the guess about the effect is listed here.
Numbers and booleans are taken as the text they are, as CloudFormation and Terraform do before AWS sees them.
"""

import re
from dataclasses import dataclass

from secrets_cli.errors import MalformedInput
from secrets_cli.iam.json_text import (
    JsonArray,
    JsonBool,
    JsonDocument,
    JsonNode,
    JsonNull,
    JsonNumber,
    JsonObject,
    JsonString,
    Member,
    Places,
)
from secrets_cli.iam.location import Location
from secrets_cli.iam.model import VERSION_2012, Policy
from secrets_cli.iam.parse import parse_document
from secrets_cli.iam.policy_kind import PolicyKind
from secrets_cli.inputs.found import UNKNOWN, Unresolved

_PRINCIPALS = ("Principal", "NotPrincipal")
_PLACE = re.compile(r":(\d+):(\d+): (.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Partial:
    """What could be said."""

    policy: Policy | None
    """None where no statement is known, or where AWS would refuse the document."""
    unresolved: tuple[Unresolved, ...] = ()


def partial_policy(document: JsonDocument, name: str, kind: PolicyKind) -> Partial:
    """The policy that the document says as far as it is known.

    A document that AWS would refuse is unresolved, with the reason and the place: one bad policy in a file must not
    hide the others.
    """
    root, unresolved = document.root, list[Unresolved]()
    if _is_unknown(root):
        return Partial(None)
    if isinstance(root, JsonObject):
        root = _document(root, document.places, unresolved)
        if root.get("Statement") == JsonArray((), -1):
            return Partial(None, tuple(unresolved))
    try:
        policy = parse_document(JsonDocument(root, document.places), name, kind, UNKNOWN)
    except MalformedInput as error:
        unresolved.append(_refused(error, document, name))
        return Partial(None, tuple(unresolved))
    return Partial(policy, tuple(unresolved))


def _is_unknown(node: JsonNode) -> bool:
    return isinstance(node, JsonString) and node.value == UNKNOWN


def _holds_unknown(node: JsonNode) -> bool:
    return isinstance(node, JsonString) and UNKNOWN in node.value


def _refused(error: MalformedInput, document: JsonDocument, name: str) -> Unresolved:
    location, reason = document.places.at(document.root.offset), error.message
    found = _PLACE.fullmatch(error.message.removeprefix(name))
    if found:
        location, reason = Location(name, int(found[1]), int(found[2])), found[3]
    return Unresolved(location, f"AWS would refuse this policy: {reason}")


def _document(root: JsonObject, places: Places, unresolved: list[Unresolved]) -> JsonObject:
    members: list[Member] = []
    for member in root.members:
        match member.key.value:
            case "Version" if _holds_unknown(member.value):
                members.append(Member(member.key, JsonString(VERSION_2012, member.value.offset)))
            case "Id" if _holds_unknown(member.value):
                continue
            case "Statement":
                members.append(Member(member.key, _statements(member.value, places, unresolved)))
            case _:
                members.append(Member(member.key, as_text(member.value)))
    return JsonObject(tuple(members), root.offset)


def _statements(node: JsonNode, places: Places, unresolved: list[Unresolved]) -> JsonNode:
    """The statements that are known. An offset of -1 tells a list that is empty for that from one written empty."""
    items = node.items if isinstance(node, JsonArray) else (node,)
    known = tuple(_statement(item, places, unresolved) for item in items if not _is_unknown(item))
    return JsonArray(known, -1 if items and not known else node.offset)


def _statement(node: JsonNode, places: Places, unresolved: list[Unresolved]) -> JsonNode:
    if not isinstance(node, JsonObject):
        return node
    members: list[Member] = []
    for member in node.members:
        name, value = member.key.value, as_text(member.value)
        if name == "Effect" and _holds_unknown(value):
            place = places.at(member.key.offset)
            unresolved.append(Unresolved(place, "the effect is not known; it is read as `Allow`"))
            value = JsonString("Allow", value.offset)
        elif name == "Sid" and _holds_unknown(value):
            continue
        elif name in _PRINCIPALS and _is_unknown(value):
            value = JsonObject((Member(JsonString("AWS", value.offset), value),), value.offset)
        elif name == "Condition":
            value = _condition(value)
        members.append(Member(member.key, value))
    return JsonObject(tuple(members), node.offset)


def _condition(node: JsonNode) -> JsonNode:
    if _is_unknown(node):
        return JsonObject((Member(JsonString("StringEquals", node.offset), _unknown_terms(node)),), node.offset)
    if not isinstance(node, JsonObject):
        return node
    members = (
        Member(one.key, _unknown_terms(one.value) if _is_unknown(one.value) else one.value) for one in node.members
    )
    return JsonObject(tuple(members), node.offset)


def _unknown_terms(node: JsonNode) -> JsonObject:
    return JsonObject((Member(JsonString(UNKNOWN, node.offset), JsonString(UNKNOWN, node.offset)),), node.offset)


def as_text(node: JsonNode) -> JsonNode:
    """The node with every number and boolean in it as the text it is."""
    match node:
        case JsonNumber(text, offset):
            return JsonString(text, offset)
        case JsonBool(value, offset):
            return JsonString("true" if value else "false", offset)
        case JsonArray(items, offset):
            return JsonArray(tuple(as_text(item) for item in items), offset)
        case JsonObject(members, offset):
            return JsonObject(tuple(Member(one.key, as_text(one.value)) for one in members), offset)
        case JsonString() | JsonNull():
            return node
