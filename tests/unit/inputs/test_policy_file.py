"""A policy by itself: its text, its kind, its places."""

import json

import pytest
import yaml

from secrets_cli.errors import MalformedInput
from secrets_cli.iam.policy_kind import PolicyKind
from secrets_cli.inputs.policy_file import read_policy_file

IDENTITY = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]}
TRUST = {
    "Version": "2012-10-17",
    "Statement": {
        "Effect": "Allow",
        "Action": ["sts:AssumeRole", "sts:TagSession"],
        "Principal": {"Service": "lambda.amazonaws.com"},
    },
}
KEY = {"Statement": [{"Effect": "Allow", "Action": "kms:*", "Principal": {"AWS": "*"}, "Resource": "*"}]}
QUEUE = {"Statement": [{"Effect": "Allow", "Action": "sqs:SendMessage", "Principal": "*"}]}


@pytest.mark.parametrize("write", [json.dumps, lambda tree: json.dumps(tree, indent=1), yaml.safe_dump])
@pytest.mark.parametrize(
    ("document", "kind"),
    [
        (IDENTITY, PolicyKind.IDENTITY),
        (TRUST, PolicyKind.TRUST),
        (KEY, PolicyKind.RESOURCE),
        (QUEUE, PolicyKind.RESOURCE),
        ({"PolicyDocument": IDENTITY}, PolicyKind.IDENTITY),
        ({"Role": {"RoleName": "r", "AssumeRolePolicyDocument": TRUST}}, PolicyKind.TRUST),
        ({"Policy": json.dumps(KEY)}, PolicyKind.RESOURCE),
    ],
)
def test_the_kind_is_inferred(write, document: object, kind: PolicyKind) -> None:  # type: ignore[no-untyped-def]  # three writers
    (found,) = read_policy_file(write(document), "f").policies
    assert (found.kind, found.source, found.principal) == (kind, "policy", "")
    assert len(found.policy.statements) == 1


def test_a_given_kind_is_kept() -> None:
    (found,) = read_policy_file(json.dumps(IDENTITY), "f", PolicyKind.SCP).policies
    assert found.kind is PolicyKind.SCP
    with pytest.raises(MalformedInput, match="which a trust policy needs"):
        read_policy_file(json.dumps(IDENTITY), "f", PolicyKind.TRUST)


def test_places_are_of_the_file() -> None:
    text = "# ours\nVersion: 2012-10-17\nStatement:\n- Effect: Allow\n  Action: 's3:*'\n  Resource: '*'\n"
    (found,) = read_policy_file(text, "p.yml").policies
    assert [str(found.location), str(found.policy.statements[0].action.location)] == ["p.yml:2:1", "p.yml:5:3"]


@pytest.mark.parametrize("comment", ["// why", "/* why */"])
def test_json_with_comments_is_refused_with_that_said(comment: str) -> None:
    text = json.dumps(IDENTITY, indent=2).replace('"Statement"', f'{comment}\n  "Statement"')
    with pytest.raises(MalformedInput, match=r"^f:3:3: ") as caught:
        read_policy_file(text, "f")
    assert "has no comments" in caught.value.help


@pytest.mark.parametrize("text", ["", "just words", "[]", "{}", "a: 1\n---\nb: 1", '{"Statement": [}'])
def test_what_is_no_policy_is_refused(text: str) -> None:
    with pytest.raises(MalformedInput, match=r"^f"):
        read_policy_file(text, "f")
