"""Lists of grants that the user decides on, whatever the logs show: kept although never called, or gone although used.

A list is YAML or JSON: entries of `action`, `resource` and `reason`. An action or resource may be a list; a resource that is
left out is `*`; the reason is asked for, since it is what a reviewer reads in a year. A keep-list never widens: what it names
is cut to what the present policies allow. A never-list denies nothing by itself: it says what no longer is granted.
"""

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from secrets_cli.catalog.catalog import Catalog
from secrets_cli.catalog.look_up import near_actions
from secrets_cli.errors import ConfigurationError, MalformedInput
from secrets_cli.iam.arn import parse_arn
from secrets_cli.iam.json_text import JsonArray, JsonNode, JsonObject, JsonString, Places
from secrets_cli.iam.pattern_relation import overlaps
from secrets_cli.inputs.document_text import read_document

_MEMBERS = ("action", "resource", "reason")
_EXAMPLE = "write `- {action: s3:PutObject, resource: 'arn:aws:s3:::uploads/*', reason: presigned URLs}`"


@dataclass(frozen=True, slots=True)
class Word:
    """One action pattern on one resource pattern, with the user's reason."""

    action: str
    """`service:Name`, with wildcards in the name."""
    resource: str
    """`*` or a pattern of six fields."""
    reason: str
    place: str
    """`file:line:column` of the entry."""


@dataclass(frozen=True, slots=True)
class WordLists:
    """What the user decided on."""

    keep: tuple[Word, ...] = ()
    never: tuple[Word, ...] = ()


def parse_word_list(text: str, name: str) -> tuple[Word, ...]:
    """The words of one file, one for each action and resource of an entry.

    Raises MalformedInput, with the place, where the text is neither YAML nor JSON, or no list of such entries.
    """
    document = read_document(text, name)
    if not isinstance(document.root, JsonArray):
        raise _refused(document.places, document.root, "this is no list")
    return tuple(word for node in document.root.items for word in _words(node, document.places))


def checked(lists: WordLists, catalog: Catalog) -> WordLists:
    """The lists, which contradict neither the catalog nor each other.

    Raises ConfigurationError, with the place, for an action that matches nothing known, and for an entry to keep of which
    another one says never.
    """
    for word in (*lists.keep, *lists.never):
        if not catalog.expand(word.action):
            near = near_actions(catalog, word.action) if "*" not in word.action else ()
            help = f"did you mean {' or '.join(f'`{one}`' for one in near)}?" if near else _NO_SUCH
            raise ConfigurationError(f"{word.place}: there is no action `{word.action}`", help)
    for kept in lists.keep:
        for never in lists.never:
            if _takes_all(never, kept, catalog):
                raise ConfigurationError(
                    f"{kept.place}: `{kept.action}` on `{kept.resource}` is to be kept, and {never.place} says never",
                    "take it out of one of the lists",
                )
    return lists


_NO_SUCH = "`secrets-cli catalog show SERVICE` lists a service's actions"


def _takes_all(never: Word, kept: Word, catalog: Catalog) -> bool:
    """Whether the same grant stands in both: all actions of the one are actions of the other, on resources they share."""
    return overlaps(never.resource, kept.resource) and set(catalog.expand(kept.action)) <= set(
        catalog.expand(never.action)
    )


def _words(node: JsonNode, places: Places) -> Iterator[Word]:
    if not isinstance(node, JsonObject):
        raise _refused(places, node, "an entry is no object")
    for member in node.members:
        if member.key.value not in _MEMBERS:
            near = difflib.get_close_matches(member.key.value, _MEMBERS, n=1)
            help = f"did you mean `{near[0]}`?" if near else _EXAMPLE
            raise _refused(places, member.key, f"an entry has no `{member.key.value}`", help)
    reason = node.get("reason")
    if not isinstance(reason, JsonString) or not reason.value.strip():
        raise _refused(places, reason or node, "an entry needs a reason")
    place = str(places.at(node.offset))
    why = " ".join(reason.value.split())
    resources = _texts(node, "resource", places) or (JsonString("*", node.offset),)
    actions = _texts(node, "action", places)
    if not actions:
        raise _refused(places, node, "an entry needs an action")
    for action in actions:
        if not _is_action(action.value):
            raise _refused(places, action, f"`{action.value}` is no action of a service")
    for resource in resources:
        if resource.value != "*" and parse_arn(resource.value) is None:
            raise _refused(places, resource, f"`{resource.value}` is neither an ARN nor `*`")
    yield from (Word(a.value, r.value, why, place) for a in actions for r in resources)


def _texts(node: JsonObject, name: str, places: Places) -> tuple[JsonString, ...]:
    found = node.get(name)
    items: Sequence[JsonNode] = () if found is None else found.items if isinstance(found, JsonArray) else (found,)
    texts = tuple(item for item in items if isinstance(item, JsonString))
    if found is not None and (len(texts) != len(items) or not items):
        raise _refused(places, found, f"`{name}` is neither a text nor a list of texts")
    return texts


def _is_action(text: str) -> bool:
    service, colon, name = text.partition(":")
    return bool(colon and service and name) and ":" not in name and not {"*", "?"} & set(service)


def _refused(places: Places, node: JsonNode, what: str, help: str = _EXAMPLE) -> MalformedInput:
    return MalformedInput(f"{places.at(node.offset)}: {what}", help)
