"""How callers name resources, and the ARN each name stands for.

A parameter may hold a bare name, a partial ARN or a full ARN, whichever the caller used. Each `Kind` turns any of these
into the ARN that IAM evaluates, in the partition, region and account of the call; what is no name of the kind is
dropped.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from secrets_cli.catalog.events.parameters import texts
from secrets_cli.catalog.events.row import Arns, Recipe
from secrets_cli.catalog.grant import ApiCall


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of resource."""

    title: str
    form: str
    """ARN with `{partition}`, `{region}`, `{account}` and `{name}`."""
    seen_as: str
    """Regular expression an ARN of the kind matches fully."""
    name_of: Callable[[str], str] = str
    """From what the caller wrote to `{name}`; an empty answer drops it."""
    arn_of: Callable[[str], str] = str
    """From an ARN that matches `seen_as` to the one IAM evaluates; an empty answer drops it."""


def arn_of_name(kind: Kind, written: str, call: ApiCall) -> str:
    """The ARN that `written` stands for in this call, or an empty string."""
    if written.startswith("arn:"):
        return kind.arn_of(written) if matches(kind.seen_as, written) else ""
    name = kind.name_of(written)
    return fill(kind.form, call, name) if name else ""


def fill(form: str, call: ApiCall, name: str) -> str:
    """The ARN form with the call's partition, region and account; what the record lacks is `*`."""
    return (
        form.replace("{partition}", call.partition or "aws")
        .replace("{region}", call.region or "*")
        .replace("{account}", call.account or "*")
        .replace("{name}", name)
    )


@lru_cache(maxsize=256)
def _compiled(expression: str) -> re.Pattern[str]:
    return re.compile(expression, re.DOTALL)


def matches(expression: str, arn: str) -> bool:
    """Whether the ARN matches the regular expression from end to end."""
    return _compiled(expression).fullmatch(arn) is not None


def in_resources(kind: Kind, call: ApiCall) -> Arns:
    """The ARNs of the kind among the record's `resources[]`."""
    return tuple(
        arn
        for entry in call.resources
        if entry.arn and matches(kind.seen_as, entry.arn) and (arn := kind.arn_of(entry.arn))
    )


def in_parameters(kind: Kind, path: str, call: ApiCall) -> Arns:
    """The ARNs of the kind that the request names at `path`."""
    return tuple(arn for written in texts(call.parameters, path) if (arn := arn_of_name(kind, written, call)))


def in_response(kind: Kind, path: str, call: ApiCall) -> Arns:
    """The ARNs of the kind that the response holds at `path`."""
    return tuple(arn for written in texts(call.response, path) if (arn := arn_of_name(kind, written, call)))


def named(kind: Kind, path: str, *, response: str = "", listed_first: bool = True, otherwise: str = "") -> Recipe:
    """The resource of a kind: from `resources[]` (unless `listed_first` is off), the request at `path`, the
    response."""

    def find(call: ApiCall) -> Arns:
        return (
            (in_resources(kind, call) if listed_first else ())
            or in_parameters(kind, path, call)
            or (in_response(kind, response, call) if response else ())
            or ((not listed_first and in_resources(kind, call)) or ())
        )

    says = f"{kind.title} from {path}" + (f", or responseElements.{response}" if response else "")
    return Recipe(says, find, otherwise or f"the record names no {kind.title}")


def fixed(form: str, says: str) -> Recipe:
    """An ARN that depends on nothing but partition, region and account."""
    return Recipe(says, lambda call: (fill(form, call, ""),))


def everything(reason: str) -> Recipe:
    """`*`, with the reason why nothing narrower is known."""
    return Recipe("`*`", lambda _call: (), reason)


def both(*recipes: Recipe) -> Recipe:
    """The resources of several types that one action needs together."""

    def find(call: ApiCall) -> Arns:
        return tuple(dict.fromkeys(arn for recipe in recipes for arn in recipe.find(call)))

    return Recipe(" and ".join(recipe.says for recipe in recipes), find, recipes[0].otherwise)
