"""Telling a widening from a difference where no request is known."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from secrets_cli.iam.contain import Difference, NotContained, contains
from secrets_cli.iam.model import Effect, Element, Policy, Statement

_RESOURCES = {
    "dynamodb:GetItem": ("arn:*:dynamodb:*:*:table/*",),
    "dynamodb:ListTables": ("*",),
    "s3:GetObject": ("arn:*:s3:::*/*", "arn:*:s3:*:*:accesspoint/*/object/*"),
    "s3:ListBucket": ("arn:*:s3:::*",),
}


@dataclass(frozen=True, slots=True)
class _Made:
    """Four actions."""

    def matching(self, pattern: str) -> Sequence[str]:
        regex = "".join({"*": ".*", "?": "."}.get(one, re.escape(one)) for one in pattern)
        return [action for action in _RESOURCES if re.fullmatch(regex, action, re.IGNORECASE)]

    def resource_patterns(self, action: str) -> tuple[str, ...] | None:
        return _RESOURCES.get(action)


def _policy(*grants: tuple[str, str]) -> Policy:
    return Policy(tuple(Statement(Effect.ALLOW, Element((action,)), Element((arn,))) for action, arn in grants))


def _answer(old: Policy, new: Policy) -> NotContained:
    answer = contains((old,), (new,), _Made())
    assert isinstance(answer, NotContained)
    return answer


_DYNAMODB = _policy(("dynamodb:*", "arn:aws:dynamodb:*:*:*"))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param(_policy(), _policy(("dynamodb:GetItem", "arn:aws:s3:::b")), id="a table action on a bucket"),
        pytest.param(_DYNAMODB, _policy(("dynamodb:GetItem", "*")), id="a table action on *, where tables are granted"),
        pytest.param(_policy(("s3:*", "*")), _policy(("s3:*", "*"), ("made-up:Do", "*")), id="an action nobody knows"),
        pytest.param(_policy(("s3:Get*", "*"), ("s3:L*", "*")), _policy(("s3:*", "*")), id="actions yet to come"),
    ],
)
def test_only_where_no_request_is_known(old: Policy, new: Policy) -> None:
    assert _answer(old, new).difference is Difference.ONLY_WHERE_NO_REQUEST_IS_KNOWN


@pytest.mark.parametrize(
    ("old", "new", "action", "resource"),
    [
        pytest.param(
            _DYNAMODB, _policy(("dynamodb:*", "*")), "dynamodb:ListTables", "*", id="an action without resource on *"
        ),
        pytest.param(
            _policy(("s3:GetObject", "arn:aws:s3:::b/*")),
            _policy(("s3:GetObject", "arn:aws:s3:::*/*")),
            "s3:GetObject",
            "arn:aws:s3:::example/example",
            id="another bucket",
        ),
        pytest.param(
            _policy(("s3:GetObject", "arn:aws:s3:::*")),
            _policy(("s3:GetObject", "*")),
            "s3:GetObject",
            "arn:aws:s3:us-east-1:111122223333:accesspoint/example/object/example",
            id="another type of resource",
        ),
        pytest.param(
            _policy(("s3:GetObject", "arn:aws-cn:s3:::b/*")),
            _policy(("s3:GetObject", "arn:*:s3:::b/*"), ("s3:GetObject", "arn:aws:s3:::b/k")),
            "s3:GetObject",
            "arn:aws:s3:::b/example",
            id="a partition that a policy names",
        ),
    ],
)
def test_a_widening_is_shown_by_a_known_request(old: Policy, new: Policy, action: str, resource: str) -> None:
    answer = _answer(old, new)
    assert answer.difference is Difference.WIDENING
    assert (answer.witness.action, answer.witness.resource) == (action, resource)


def test_a_witness_where_no_request_is_known_is_still_of_a_known_action() -> None:
    assert _answer(_DYNAMODB, _policy(("dynamodb:G*", "*"))).witness.action == "dynamodb:GetItem"


def test_without_knowledge_every_difference_is_a_widening() -> None:
    answer = contains((), (_policy(("made-up:Do", "*")),))
    assert isinstance(answer, NotContained)
    assert answer.difference is Difference.WIDENING
