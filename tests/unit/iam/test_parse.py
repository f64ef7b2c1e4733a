"""Policies: what the model keeps, what is refused and where, what is unwrapped."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import pytest

from secrets_cli.errors import MalformedInput
from secrets_cli.iam.model import (
    ConditionTerm,
    Effect,
    Element,
    Operator,
    Policy,
    PrincipalElement,
    PrincipalEntry,
    Quantifier,
    Statement,
)
from secrets_cli.iam.parse import PolicyKind, parse_policy

ALLOW = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
KEY = "arn:aws:iam::111122223333:root"


def _parse(statement: Mapping[str, Any], kind: PolicyKind = PolicyKind.IDENTITY) -> Statement:
    return parse_policy(json.dumps({"Version": "2012-10-17", "Statement": statement}), "p.json", kind).statements[0]


def _complaint(document: object, kind: PolicyKind = PolicyKind.IDENTITY) -> str:
    text = document if isinstance(document, str) else json.dumps(document)
    with pytest.raises(MalformedInput) as caught:
        parse_policy(text, "p.json", kind)
    assert caught.value.help
    return caught.value.message


def test_the_whole_model() -> None:
    text = """{
  "Version": "2012-10-17", "Id": "policy",
  "Statement": [{
    "Sid": "Read", "Effect": "Allow",
    "NotPrincipal": {"AWS": ["111122223333", "*"], "Service": "s3.amazonaws.com"},
    "NotAction": ["s3:Put*", "S3:Delete?"],
    "NotResource": "arn:aws:s3:::b",
    "Condition": {"ForAnyValue:StringLikeIfExists": {"aws:TagKeys": ["a*", 5, true]}, "Null": {"aws:x": true}}
  }]
}"""
    policy = parse_policy(text, "p.json", PolicyKind.RESOURCE)
    statement = Statement(
        effect=Effect.ALLOW,
        action=Element(("s3:Put*", "S3:Delete?"), negated=True),
        resource=Element(("arn:aws:s3:::b",), negated=True),
        principal=PrincipalElement(
            (
                PrincipalEntry("AWS", "111122223333"),
                PrincipalEntry("AWS", "*"),
                PrincipalEntry("Service", "s3.amazonaws.com"),
            ),
            negated=True,
        ),
        conditions=(
            ConditionTerm(Operator("StringLike", True, Quantifier.FOR_ANY_VALUE), "aws:TagKeys", ("a*", "5", "true")),
            ConditionTerm(Operator("Null"), "aws:x", ("true",)),
        ),
        sid="Read",
    )
    assert policy == Policy((statement,), policy_id="policy")
    assert policy.name == "p.json"
    first = policy.statements[0]
    assert str(first.location) == "p.json:3:17"
    assert str(first.action.location) == "p.json:6:5"
    assert [str(term.location) for term in first.conditions] == ["p.json:8:54", "p.json:8:96"]


def test_a_version_that_is_absent_is_the_old_one() -> None:
    assert parse_policy(json.dumps({"Statement": ALLOW}), "p").version == "2008-10-17"


def test_one_statement_and_a_list_of_one_are_the_same() -> None:
    assert parse_policy(json.dumps({"Statement": ALLOW}), "p") == parse_policy(json.dumps({"Statement": [ALLOW]}), "q")


def test_operators_in_any_letter_case_are_spelled_as_aws_does() -> None:
    (term,) = _parse({**ALLOW, "Condition": {"forallvalues:stringlikeifexists": {"k": "v"}}}).conditions
    assert str(term.operator) == "ForAllValues:StringLikeIfExists"


@pytest.mark.parametrize(
    "resource",
    [
        "*",
        "**",
        "arn:aws:s3:::b",
        "arn:*:s3:::<your-bucket>/*",
        "arn:aws:lambda:*:1234567890:function:*",
        "arn:aws:s3:*",
        "arn:*",
        "arn:aws:s3:::${aws:username}",
        "arn:aws:sqs:*:${aws:PrincipalAccount}:q",
    ],
)
def test_resources_that_are_accepted(resource: str) -> None:
    found = _parse({**ALLOW, "Resource": resource}).resource
    assert found is not None
    assert found.values == (resource,)


@pytest.mark.parametrize(
    "resource", ["", "bucket", "*:b", "arn:aws:s3::b", "arn:aws:s3", "s3:*:b", "${aws:x:y:z:a:b:c}"]
)
def test_resources_that_are_refused(resource: str) -> None:
    message = _complaint({"Statement": {**ALLOW, "Resource": ["*", resource]}})
    assert message.endswith(f"the resource `{resource}` is neither an ARN nor `*`")


@pytest.mark.parametrize("action", ["*", "s3:*", "*:*", "s3:Get?bject", "execute-api:Invoke", "a4b:X_y"])
def test_actions_that_are_accepted(action: str) -> None:
    assert _parse({**ALLOW, "Action": [action]}).action.values == (action,)


@pytest.mark.parametrize(
    ("change", "at", "message"),
    [
        ({"Action": "GetObject"}, '"GetObject"', "the action `GetObject` has no service in front"),
        ({"Action": ["s3:*", "s3:Get Object"]}, '"s3:Get Object"', "`s3:Get Object` is no action"),
        ({"Action": []}, "[]", "`Action` is an empty list"),
        ({"Action": [1]}, "1]", "each value of `Action` must be a string"),
        ({"NotAction": "s3:*"}, '"NotAction"', "the statement has both `Action` and `NotAction`"),
        ({"NotResource": "*"}, '"NotResource"', "the statement has both `Resource` and `NotResource`"),
        ({"Resource": []}, "[]", "`Resource` is an empty list"),
        ({"Principal": "*"}, '"Principal"', "an identity policy has no `Principal`"),
        ({"NotPrincipal": "*"}, '"NotPrincipal"', "an identity policy has no `NotPrincipal`"),
        ({"Effect": "allow"}, '"allow"', "`Effect` is `allow`"),
        ({"Effect": None}, "null", "`Effect` must be a string"),
        ({"Sid": "a b"}, '"a b"', "the Sid `a b` has other characters than letters and digits"),
        ({"action": "s3:*"}, '"action"', "a statement has no element `action`"),
        ({"Condition": []}, "[]", "`Condition` is no object"),
        ({"Condition": {"StringEqual": {}}}, '"StringEqual"', "`StringEqual` is no condition operator"),
        ({"Condition": {"NullIfExists": {}}}, '"NullIfExists"', "`NullIfExists` is no condition operator"),
        ({"Condition": {"For:Bool": {}}}, '"For:Bool"', "`For:Bool` is no condition operator"),
        ({"Condition": {"Bool": "true"}}, '"true"', "`Bool` is no object"),
        ({"Condition": {"Bool": {"": "true"}}}, '"":', "a condition key is empty"),
        ({"Condition": {"Bool": {"k": [None]}}}, "null", "a value of `k` is no string, number or boolean"),
        (
            {"Condition": {"Bool": {"aws:x": "true", "AWS:X": "false"}}},
            '"AWS:X"',
            "`AWS:X` stands twice under `Bool`, first at p.json:1:126",
        ),
    ],
)
def test_refuses_a_statement(change: Mapping[str, Any], at: str, message: str) -> None:
    text = json.dumps({"Version": "2012-10-17", "Statement": {**ALLOW, **change}})
    assert _complaint(text) == f"p.json:1:{text.rindex(at) + 1}: {message}"


@pytest.mark.parametrize("missing", ["Effect", "Action", "Resource"])
def test_refuses_a_statement_that_lacks(missing: str) -> None:
    statement = {name: value for name, value in ALLOW.items() if name != missing}
    assert missing in _complaint({"Statement": statement})


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ([], "p.json:1:1: a policy is a JSON object"),
        ({}, "p.json:1:1: the policy has no `Statement`"),
        ({"Statement": []}, "p.json:1:15: `Statement` is an empty list"),
        ({"Statement": ["x"]}, "p.json:1:16: a statement is a JSON object"),
        ({"Version": "2012-10-18", "Statement": ALLOW}, "p.json:1:13: `Version` is `2012-10-18`"),
        ({"Version": 2012, "Statement": ALLOW}, "p.json:1:13: `Version` must be a string"),
        ({"statement": [], "Statement": ALLOW}, "p.json:1:2: a policy has no element `statement`"),
        ({"Id": 1, "Statement": ALLOW}, "p.json:1:8: `Id` must be a string"),
    ],
)
def test_refuses_a_document(document: object, message: str) -> None:
    assert _complaint(document) == message


def test_sids_are_unique_in_identity_policies() -> None:
    statements = [{**ALLOW, "Sid": "A"}, ALLOW, {**ALLOW, "Sid": "A"}]
    message = "the Sid `A` is also that of the statement at p.json:1:16"
    assert _complaint({"Statement": statements}).endswith(message)
    empty = [{**ALLOW, "Sid": ""}, {**ALLOW, "Sid": ""}]
    assert len(parse_policy(json.dumps({"Statement": empty}), "p").statements) == 2


def test_resource_policies_are_looser() -> None:
    statement = {"Sid": "a b", "Effect": "Allow", "Principal": "*", "Action": "sns:*", "Resource": "execute-api:/*"}
    policy = parse_policy(json.dumps({"Statement": [statement, statement]}), "p", PolicyKind.RESOURCE)
    assert policy.statements[0].sid == "a b"
    without = {"Effect": "Allow", "Principal": "*", "Action": "sns:*"}
    assert _parse(without, PolicyKind.RESOURCE).resource is None


@pytest.mark.parametrize(
    ("principal", "message"),
    [
        ("arn:aws:iam::111122223333:root", "`Principal` is neither `*` nor an object"),
        ({}, "`Principal` names nobody"),
        ({"AWS": []}, "`Principal.AWS` is an empty list"),
        ({"AWS": ""}, "`Principal.AWS` holds an empty name"),
        ({"Aws": "*"}, "`Principal` has no kind `Aws`"),
    ],
)
def test_refuses_a_principal(principal: object, message: str) -> None:
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    assert _complaint({"Statement": statement}, PolicyKind.TRUST).endswith(message)


def test_trust_policies_have_principals_and_no_resources() -> None:
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    assert _parse(trust, PolicyKind.TRUST).resource is None
    message = _complaint({"Statement": {**trust, "Resource": "*"}}, PolicyKind.TRUST)
    assert message.endswith("a trust policy has no `Resource`")
    assert "neither `Principal` nor `NotPrincipal`" in _complaint({"Statement": ALLOW}, PolicyKind.RCP)


_DOCUMENT = {"Version": "2012-10-17", "Statement": [ALLOW]}
_KEY_POLICY = {"Statement": [{"Effect": "Allow", "Principal": {"AWS": KEY}, "Action": "kms:*", "Resource": "*"}]}


@pytest.mark.parametrize(
    "answer",
    [
        {"RoleName": "r", "PolicyName": "p", "PolicyDocument": _DOCUMENT},
        {"PolicyName": "p", "PolicyDocument": quote(json.dumps(_DOCUMENT), safe="")},
        {"PolicyVersion": {"Document": _DOCUMENT, "VersionId": "v1"}},
        {"PolicyVersion": {"Document": quote(json.dumps(_DOCUMENT, indent=4))}},
        {"Policy": {"PolicySummary": {}, "Content": json.dumps(_DOCUMENT)}},
        json.dumps(_DOCUMENT),
    ],
)
def test_answers_of_the_aws_cli_are_unwrapped(answer: object) -> None:
    assert parse_policy(json.dumps(answer), "p") == parse_policy(json.dumps(_DOCUMENT), "p")


def test_policies_given_as_text_are_unwrapped() -> None:
    answer = json.dumps({"Policy": json.dumps(_KEY_POLICY), "PolicyName": "default"})
    policy = parse_policy(answer, "key.json", PolicyKind.RESOURCE)
    assert str(policy.statements[0].location) == "key.json[Policy]:1:16"


def test_an_answer_without_the_document_says_so() -> None:
    message = _complaint({"Policy": {"PolicyName": "p", "Arn": "arn:aws:iam::aws:policy/p"}})
    assert message == "p.json:1:12: this describes a policy without its document"


def test_url_encoding_that_is_no_text() -> None:
    assert "is no UTF-8" in _complaint({"PolicyDocument": "%7B%FF%7D"})


def test_a_string_in_a_string() -> None:
    assert "a JSON string within a JSON string" in _complaint(json.dumps(json.dumps(json.dumps(_DOCUMENT))))
