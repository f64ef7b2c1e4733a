"""The elements of a statement but its condition: Action, Resource, Principal and their negations."""

import re
from typing import NoReturn

from secrets_cli.errors import MalformedInput
from secrets_cli.iam.json_text import JsonArray, JsonNode, JsonObject, JsonString, Member, Places
from secrets_cli.iam.location import Location
from secrets_cli.iam.model import Element, PrincipalElement, PrincipalEntry

PRINCIPAL_KINDS = ("AWS", "Service", "Federated", "CanonicalUser")
"""https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html, principal_map_entry."""
EVERYONE = "*"

_ACTION = re.compile(r"[A-Za-z0-9*?-]+:[A-Za-z0-9*?_-]+")
_VARIABLE = re.compile(r"\$\{[^}]*\}")
_ARN_FIELDS = 6


def refuse(places: Places | Location | None, node: JsonNode | None, what: str, help: str) -> NoReturn:
    """Raise MalformedInput at the node (or at the location given in place of `places`)."""
    place = places.at(node.offset) if isinstance(places, Places) and node is not None else places
    raise MalformedInput(f"{place}: {what}", help=help)


def text_of(places: Places, node: JsonNode, what: str) -> str:
    """The string that the node must be."""
    if not isinstance(node, JsonString):
        refuse(places, node, f"{what} must be a string", "put it in double quotes")
    return node.value


def texts_of(places: Places, node: JsonNode, what: str) -> tuple[tuple[str, JsonNode], ...]:
    """The strings of a string or of a list of strings, which must not be empty, each with its node."""
    items = node.items if isinstance(node, JsonArray) else (node,)
    if not items:
        refuse(places, node, f"{what} is an empty list", "name at least one, or remove the statement")
    return tuple((text_of(places, item, f"each value of {what}"), item) for item in items)


def action_element(places: Places, statement: JsonObject, unknown: str = "") -> Element:
    """`Action` or `NotAction`, of which a statement has exactly one; values that hold `unknown` are not checked."""
    member = _one_of(places, statement, "Action")
    if member is None:
        refuse(places, statement, "the statement has neither `Action` nor `NotAction`", "add an `Action`")
    values = texts_of(places, member.value, f"`{member.key.value}`")
    for value, node in values:
        if not (unknown and unknown in value):
            _check_action(places, value, node)
    return _element(places, member, values)


def resource_element(places: Places, statement: JsonObject, strict: bool, unknown: str = "") -> Element | None:
    """`Resource` or `NotResource`, or None where there is neither. Where not `strict`, and where it holds `unknown`, any
    text but the empty one."""
    member = _one_of(places, statement, "Resource")
    if member is None:
        return None
    values = texts_of(places, member.value, f"`{member.key.value}`")
    for value, node in values:
        if unknown and unknown in value:
            continue
        if not value or (strict and not _is_resource(value)):
            refuse(
                places,
                node,
                f"the resource `{value}` is neither an ARN nor `*`",
                "write `*` or arn:partition:service:region:account:resource",
            )
    return _element(places, member, values)


def principal_element(places: Places, statement: JsonObject) -> PrincipalElement | None:
    """`Principal` or `NotPrincipal`, or None where there is neither."""
    member = _one_of(places, statement, "Principal")
    if member is None:
        return None
    name = member.key.value
    node = member.value
    if isinstance(node, JsonString) and node.value == EVERYONE:
        entries: tuple[PrincipalEntry, ...] = (PrincipalEntry(EVERYONE, EVERYONE),)
    elif isinstance(node, JsonObject):
        entries = tuple(entry for one in node.members for entry in _entries(places, one, name))
    else:
        refuse(places, node, f"`{name}` is neither `*` nor an object", 'write `{"AWS": "arn:..."}`, or `"*"`')
    if not entries:
        refuse(places, node, f"`{name}` names nobody", f"use one of {', '.join(PRINCIPAL_KINDS)}")
    return PrincipalElement(entries, name != "Principal", places.at(member.key.offset))


def _entries(places: Places, member: Member, name: str) -> tuple[PrincipalEntry, ...]:
    kind = member.key.value
    if kind not in PRINCIPAL_KINDS:
        refuse(places, member.key, f"`{name}` has no kind `{kind}`", f"use one of {', '.join(PRINCIPAL_KINDS)}")
    values = texts_of(places, member.value, f"`{name}.{kind}`")
    for value, node in values:
        if not value:
            refuse(places, node, f"`{name}.{kind}` holds an empty name", "name a principal")
    return tuple(PrincipalEntry(kind, value) for value, _ in values)


def _one_of(places: Places, statement: JsonObject, element: str) -> Member | None:
    found = [member for member in statement.members if member.key.value in (element, f"Not{element}")]
    if len(found) > 1:
        what = f"the statement has both `{found[0].key.value}` and `{found[1].key.value}`"
        refuse(places, found[1].key, what, "keep one; split the statement if both are meant")
    return found[0] if found else None


def _element(places: Places, member: Member, values: tuple[tuple[str, JsonNode], ...]) -> Element:
    return Element(
        tuple(value for value, _ in values),
        member.key.value.startswith("Not"),
        places.at(member.key.offset),
        tuple(places.at(node.offset) for _, node in values),
    )


def _check_action(places: Places, value: str, node: JsonNode) -> None:
    if value == "*" or _ACTION.fullmatch(value):
        return
    if ":" not in value:
        help = "write `service:Action`, such as `s3:GetObject`, or `*`"
        refuse(places, node, f"the action `{value}` has no service in front", help)
    refuse(places, node, f"`{value}` is no action", "write `service:Action`, such as `s3:GetObject`, or `*`")


def _is_resource(value: str) -> bool:
    """An ARN with all six fields, wildcards in any of them, or stars; a last field that ends in `*` may stand for the
    fields that are missing, for a star crosses colons."""
    if not value.strip("*"):
        return True
    fields = _VARIABLE.sub("", value).split(":", _ARN_FIELDS - 1)
    first = fields[0]
    if first != "arn" and "*" not in first:
        return False
    return len(fields) == _ARN_FIELDS or fields[-1].endswith("*")
