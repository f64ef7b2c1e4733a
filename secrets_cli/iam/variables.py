"""Policy variables: `${aws:username}`, `${aws:username, 'default'}`, and the escapes `${*}`, `${?}`, `${$}`.

What a variable brings in is literal: a `*` in a user's name is no wildcard. A variable whose key is absent from the
request, or multivalued, takes its default; without a default the whole text matches nothing. Variables are read in
policies of version 2012-10-17 only; in older ones they are plain text.

The User Guide says that a variable cannot stand before the fifth colon of a Resource, but AWS's own managed policies
do so (`arn:*:kms:*:${aws:PrincipalAccount}:key/*`), so variables are replaced wherever they stand.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from secrets_cli.iam.pattern import Token, tokens
from secrets_cli.iam.request import ContextValue

_VARIABLE = re.compile(r"\$\{([^}]*)\}")
_WITH_DEFAULT = re.compile(r"\s*(.*?)\s*,\s*'(.*)'\s*", re.DOTALL)
_ESCAPED = frozenset("*?$")


@dataclass(frozen=True, slots=True)
class Variable:
    """A place to be filled from the request."""

    key: str
    """In lower case."""
    default: str | None


TemplatePart: TypeAlias = Token | Variable
"""A literal run, a wildcard, or a variable."""


def has_variables(text: str) -> bool:
    """Whether the text, in a policy of version 2012-10-17, holds a variable or an escape."""
    return "${" in text and _VARIABLE.search(text) is not None


def template(text: str) -> tuple[TemplatePart, ...]:
    """The text taken apart; what an escape stands for is a literal run. An unclosed `${` is plain text."""
    parts: list[TemplatePart] = []
    position = 0
    for match in _VARIABLE.finditer(text):
        parts += tokens(text[position : match.start()])
        parts.append(_part(match.group(1)))
        position = match.end()
    parts += tokens(text[position:])
    return tuple(parts)


def filled(parts: tuple[TemplatePart, ...], context: Mapping[str, ContextValue]) -> tuple[Token, ...] | None:
    """The parts with each variable as a literal run, or None where one cannot be resolved.

    `context` has lower-case keys.
    """
    result: list[Token] = []
    for part in parts:
        if isinstance(part, Variable):
            value = context.get(part.key)
            text = value if isinstance(value, str) else part.default
            if text is None:
                return None
            result.append(text)
        else:
            result.append(part)
    return tuple(result)


def _part(inside: str) -> TemplatePart:
    if inside in _ESCAPED:
        return inside
    with_default = _WITH_DEFAULT.fullmatch(inside)
    if with_default:
        return Variable(with_default.group(1).lower(), with_default.group(2))
    return Variable(inside.strip().lower(), None)
