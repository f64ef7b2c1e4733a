"""A policy of which a part is not known."""

import json

import pytest

from secrets_cli.iam.json_text import read_json
from secrets_cli.iam.model import VERSION_2012, Policy
from secrets_cli.iam.policy_kind import PolicyKind
from secrets_cli.iam.render import policy_document
from secrets_cli.inputs.found import UNKNOWN
from secrets_cli.inputs.partial import Partial, partial_policy


def partial(document: object, kind: PolicyKind = PolicyKind.IDENTITY) -> Partial:
    return partial_policy(read_json(json.dumps(document, ensure_ascii=False), "f"), "f", kind)


def policy(document: object, kind: PolicyKind = PolicyKind.IDENTITY) -> Policy:
    found = partial(document, kind).policy
    assert found is not None
    return found


ALLOW = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}


@pytest.mark.parametrize("value", [UNKNOWN, f"s3:{UNKNOWN}", f"{UNKNOWN}:Get*"])
def test_an_unknown_action_or_resource_is_kept(value: str) -> None:
    statement = policy({"Statement": [{**ALLOW, "Action": [value], "Resource": value}]}).statements[0]
    assert statement.action.values == (value,)
    assert statement.resource is not None
    assert statement.resource.values == (value,)


def test_what_grants_nothing_is_left_out_where_it_is_unknown() -> None:
    found = policy({"Version": UNKNOWN, "Id": UNKNOWN, "Statement": [{**ALLOW, "Sid": f"a{UNKNOWN}"}, UNKNOWN]})
    assert policy_document(found) == {"Version": VERSION_2012, "Statement": [ALLOW]}


@pytest.mark.parametrize("document", [UNKNOWN, {"Statement": UNKNOWN}, {"Statement": [UNKNOWN]}])
def test_nothing_known_is_no_policy(document: object) -> None:
    assert partial(document) == Partial(None)


def test_an_unknown_effect_is_the_worse_one_and_listed() -> None:
    found = partial({"Statement": {**ALLOW, "Effect": UNKNOWN}})
    assert found.policy is not None
    assert found.policy.statements[0].effect.value == "Allow"
    assert [str(one.location) for one in found.unresolved] == ["f:1:16"]


def test_unknown_conditions_and_principals_are_kept_as_unknown() -> None:
    whole = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*", "Principal": UNKNOWN, "Condition": UNKNOWN}
    block = {**whole, "Principal": {"AWS": [UNKNOWN]}, "Condition": {"Bool": UNKNOWN}}
    found = policy({"Statement": [whole, block]}, PolicyKind.RESOURCE)
    for statement, operator in zip(found.statements, ("StringEquals", "Bool"), strict=True):
        assert statement.principal is not None
        assert [(one.kind, one.value) for one in statement.principal.entries] == [("AWS", UNKNOWN)]
        assert [(str(one.operator), one.key, one.values) for one in statement.conditions] == [
            (operator, UNKNOWN, (UNKNOWN,))
        ]


def test_numbers_are_text() -> None:
    found = policy(
        {
            "Statement": {
                **ALLOW,
                "Principal": {"AWS": 111122223333},
                "Condition": {"Bool": {"aws:SecureTransport": True}},
            }
        },
        PolicyKind.RESOURCE,
    )
    assert found.statements[0].principal is not None
    assert found.statements[0].principal.entries[0].value == "111122223333"
    assert found.statements[0].conditions[0].values == ("true",)


@pytest.mark.parametrize(
    ("document", "place", "reason"),
    [
        ({"Statement": []}, "f:1:15", "`Statement` is an empty list"),
        ({"Statement": [{**ALLOW, "Resource": "x"}]}, "f:1:74", "the resource `x`"),
        ([], "f:1:1", "a policy is a JSON object"),
    ],
)
def test_what_aws_would_refuse_is_unresolved_at_its_place(document: object, place: str, reason: str) -> None:
    found = partial(document)
    assert found.policy is None
    assert [str(one.location) for one in found.unresolved] == [place]
    assert found.unresolved[0].reason.startswith(f"AWS would refuse this policy: {reason}")


def test_a_refused_statement_does_not_hide_the_others() -> None:
    document = {"Statement": [{**ALLOW, "Resource": "x"}, ALLOW, {**ALLOW, "Effect": "allow"}]}
    found = partial(document)
    wrong = json.dumps(document).index('"allow"') + 1
    assert found.policy is not None
    assert policy_document(found.policy)["Statement"] == [ALLOW]
    assert [str(one.location) for one in found.unresolved] == ["f:1:74", f"f:1:{wrong}"]


def test_two_statements_of_one_sid_are_a_refused_document() -> None:
    found = partial({"Statement": [{**ALLOW, "Sid": "a"}, {**ALLOW, "Sid": "a"}]})
    assert found.policy is None
    assert [one.reason[:44] for one in found.unresolved] == ["AWS would refuse this policy: the Sid `a` is"]
