"""What a change brings: only access that the base did not grant."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secrets_cli.catalog.load import load_catalog
from secrets_cli.gate.engine import judge
from secrets_cli.gate.knowledge import Knowledge
from secrets_cli.gate.registry import RULES
from secrets_cli.gate.settings import Folders
from secrets_cli.gate.widening import NewInHead, Side, new_in_head
from secrets_cli.inputs.any_file import read_any
from secrets_cli.inputs.found import Supplied
from tests.unit.gate.judging import TODAY, zappa_defaults

KNOWLEDGE = Knowledge(load_catalog(), TODAY)
TABLE = "arn:aws:dynamodb:eu-central-1:111122223333:table/orders"
BUCKET = "arn:aws:s3:::orders-bucket/*"


def side(files: Mapping[str, str]) -> Side:
    read = [read_any(text, name, Supplied(), zappa_defaults()) for name, text in files.items()]
    found = tuple(one for one in read if one is not None)
    return Side(found, judge(found, KNOWLEDGE, RULES), files, Folders())


def change(base: Mapping[str, str], head: Mapping[str, str], **renamed: str) -> NewInHead:
    names = {new.replace("__", "."): old for new, old in renamed.items()}
    return new_in_head(side(base), side(head), names, KNOWLEDGE, RULES)


def policy(*statements: dict[str, Any], indent: int | None = 2) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)}, indent=indent)


def allow(action: Any, resource: Any = TABLE, **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action: Any, resource: Any = "*") -> dict[str, Any]:
    return {"Effect": "Deny", "Action": action, "Resource": resource}


READ = allow(["dynamodb:GetItem", "dynamodb:Query"])
WIDE = allow("*", "*")


NOTHING_NEW = {
    "the same": (policy(READ, WIDE), policy(READ, WIDE)),
    "reordered": (policy(READ, WIDE), policy(WIDE, READ)),
    "reformatted": (policy(READ, WIDE), policy(READ, WIDE, indent=None)),
    "split": (policy(READ), policy(allow("dynamodb:GetItem"), allow("dynamodb:Query"))),
    "an action fewer": (policy(READ), policy(allow("dynamodb:GetItem"))),
    "a narrower resource": (policy(allow("s3:GetObject", "*")), policy(allow("s3:GetObject", BUCKET))),
    "a condition more": (
        policy(WIDE),
        policy(WIDE | {"Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}}),
    ),
    "a Deny more": (policy(WIDE), policy(WIDE, deny("iam:*"))),
    "written out": (policy(allow("dynamodb:*")), policy(allow(["dynamodb:GetItem", "dynamodb:DeleteTable"]))),
    "a Sid": (policy(WIDE), policy(WIDE | {"Sid": "Everything"})),
}


@pytest.mark.parametrize("name", NOTHING_NEW)
def test_what_is_within_the_base_is_nothing(name: str) -> None:
    old, new = NOTHING_NEW[name]
    result = change({"policy.json": old}, {"policy.json": new})
    assert not result.findings
    assert not result.access
    assert not result.unresolved


WIDENED = {
    "an action": (policy(READ), policy(allow(["dynamodb:GetItem", "dynamodb:DeleteTable"])), "dynamodb:DeleteTable"),
    "a resource": (policy(READ), policy(allow("dynamodb:GetItem", "*")), "dynamodb:GetItem"),
    "a condition gone": (
        policy(READ | {"Condition": {"Bool": {"aws:SecureTransport": "true"}}}),
        policy(READ),
        None,
    ),
    "a Deny gone": (policy(WIDE, deny("iam:*")), policy(WIDE), None),
    "a Deny narrower": (policy(WIDE, deny("iam:*")), policy(WIDE, deny("iam:Create*")), None),
}


@pytest.mark.parametrize("name", WIDENED)
def test_what_is_wider_has_a_witness(name: str) -> None:
    old, new, action = WIDENED[name]
    result = change({"policy.json": old}, {"policy.json": new})
    (access,) = result.access
    assert access.witness is not None
    assert action in (None, access.witness.action)
    assert access.witness.action in access.what


def test_a_finding_on_a_widened_statement_is_new_with_its_witness() -> None:
    result = change({"policy.json": policy(WIDE, deny("iam:*"))}, {"policy.json": policy(WIDE)})
    (finding,) = [one for one in result.findings if one.rule == "full-admin"]
    assert any(one.startswith("newly allows `iam:") for one in finding.evidence)


def test_a_finding_that_was_there_is_not_new_beside_one_that_is() -> None:
    old = policy(WIDE | {"Sid": "Old"})
    new = {"a.json": old, "b.json": policy(WIDE)}
    result = change({"a.json": old}, new)
    assert {one.location.file for one in result.findings} == {"b.json"}
    assert result.known >= 1


def test_a_new_file_is_new_as_a_whole() -> None:
    result = change({}, {"policy.json": policy(READ)})
    (access,) = result.access
    assert access.what == "the policy is new"


def test_a_deleted_file_is_nothing() -> None:
    result = change({"policy.json": policy(WIDE)}, {})
    assert (result.findings, result.access, result.unresolved) == ((), (), ())


def test_a_renamed_file_is_nothing() -> None:
    result = change({"old.json": policy(WIDE)}, {"new.json": policy(WIDE)}, new__json="old.json")
    assert (result.findings, result.access) == ((), ())


SERVERLESS = """
service: orders
provider:
  name: aws
  iam:
    role:
      statements:
        - Effect: Allow
          Action: [{actions}]
          Resource: {resource}
functions:
  api: {{ handler: a.b }}
"""


def serverless(actions: str, resource: str) -> dict[str, str]:
    return {"serverless.yml": SERVERLESS.format(actions=actions, resource=resource)}


def test_what_is_unknown_and_written_the_same_is_the_same() -> None:
    same = serverless("'s3:*'", "${ssm:/orders/bucket-arn}")
    result = change(same, {"serverless.yml": "# moved down\n" + same["serverless.yml"]})
    assert (result.findings, result.access, result.unresolved) == ((), (), ())


def test_an_action_fewer_on_something_unknown_is_nothing() -> None:
    where = "${ssm:/orders/bucket-arn}"
    result = change(serverless("s3:GetObject, s3:PutObject", where), serverless("s3:GetObject", where))
    assert (result.findings, result.access, result.unresolved) == ((), (), ())


def test_another_action_on_something_unknown_is_new() -> None:
    where = "${ssm:/orders/bucket-arn}"
    result = change(serverless("s3:GetObject", where), serverless("s3:GetObject, s3:PutObject", where))
    (access,) = result.access
    assert access.witness is not None
    assert access.witness.action == "s3:PutObject"


def test_what_the_framework_makes_does_not_change_with_its_surroundings() -> None:
    """Its log groups hold an account that is not known, and stand at `provider`."""
    before = serverless("s3:GetObject, s3:PutObject", BUCKET)
    result = change(before, serverless("s3:GetObject", BUCKET))
    assert (result.findings, result.access, result.unresolved) == ((), (), ())


def test_another_unknown_is_never_passed() -> None:
    result = change(serverless("s3:GetObject", "${ssm:/a}"), serverless("s3:GetObject", "${ssm:/b}"))
    assert result.unresolved


def trust(*principals: str, **more: Any) -> str:
    statement = {"Effect": "Allow", "Principal": {"AWS": list(principals)}, "Action": "sts:AssumeRole", **more}
    return policy(statement)


OURS = "arn:aws:iam::111122223333:role/deploy"
THEIRS = "arn:aws:iam::444455556666:root"
EXTERNAL = {"StringEquals": {"sts:ExternalId": "c0ffee"}}


def test_another_principal_in_a_trust_policy_is_new() -> None:
    result = change({"a.trust.json": trust(OURS)}, {"a.trust.json": trust(OURS, THEIRS)})
    (access,) = result.access
    assert THEIRS in access.what


def test_a_condition_gone_from_a_trust_policy_is_new() -> None:
    result = change({"a.trust.json": trust(THEIRS, Condition=EXTERNAL)}, {"a.trust.json": trust(THEIRS)})
    assert len(result.access) == 1


def test_a_trust_policy_that_is_narrower_is_nothing() -> None:
    result = change({"a.trust.json": trust(THEIRS, OURS)}, {"a.trust.json": trust(THEIRS, Condition=EXTERNAL)})
    assert not result.access


def test_a_deny_gone_from_a_resource_policy_is_new() -> None:
    granted = {"Effect": "Allow", "Principal": {"AWS": OURS}, "Action": "s3:GetObject", "Resource": BUCKET}
    denied = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": BUCKET}
    result = change({"b.resource.json": policy(granted, denied)}, {"b.resource.json": policy(granted)})
    assert len(result.access) == 1


ROLE = """
Resources:
  AppRole:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement: [{{ Effect: Allow, Principal: {{ Service: lambda.amazonaws.com }}, Action: sts:AssumeRole }}]
      Policies:
        - PolicyName: app
          PolicyDocument: {document}
"""


def role(document: str) -> str:
    return ROLE.format(document=document)


def test_a_role_that_moves_to_another_template_is_nothing() -> None:
    text = role(policy(WIDE, indent=None))
    assert not change({"a.yml": text}, {"b.yml": text}).access


def test_a_copied_role_is_new() -> None:
    text = role(policy(WIDE, indent=None))
    result = change({"a.yml": text}, {"a.yml": text, "b.yml": text})
    assert {one.location.file for one in result.access} == {"b.yml"}


BOUNDED = """
Resources:
  Limit:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument: {limit}
""" + ROLE.replace("\nResources:\n", "").replace("    Properties:\n", "    Properties:\n{boundary}")


def bounded(limit: str, document: str, boundary: str = "      PermissionsBoundary: !Ref Limit\n") -> dict[str, str]:
    text = BOUNDED.format(limit=limit, document=document, boundary=boundary)
    return {"template.yml": text}


def test_a_boundary_removed_is_new_access() -> None:
    limit, grants = policy(allow("s3:*", "*"), indent=None), policy(WIDE, indent=None)
    result = change(bounded(limit, grants), bounded(limit, grants, ""))
    assert any(one.principal == "role AppRole" and one.witness is not None for one in result.access)


def test_what_the_boundary_takes_back_is_nothing_new_for_the_role() -> None:
    limit = policy(allow("s3:*", "*"), indent=None)
    old, new = (
        policy(allow("s3:GetObject", "*"), indent=None),
        policy(allow(["s3:GetObject", "iam:*"], "*"), indent=None),
    )
    result = change(bounded(limit, old), bounded(limit, new))
    assert not [one for one in result.access if one.principal == "role AppRole"]


ACTIONS = ("s3:GetObject", "s3:PutObject", "s3:*", "dynamodb:GetItem", "iam:PassRole")
RESOURCES = ("*", BUCKET, TABLE, "arn:aws:iam::111122223333:role/app")
statements = st.builds(
    lambda actions, resources: allow(sorted(actions), sorted(resources)),
    st.sets(st.sampled_from(ACTIONS), min_size=1),
    st.sets(st.sampled_from(RESOURCES), min_size=1),
)


@given(old=st.lists(statements, min_size=1, max_size=3), new=st.lists(statements, min_size=1, max_size=3))
def test_no_access_is_named_exactly_where_the_engine_proves_containment(
    old: list[dict[str, Any]], new: list[dict[str, Any]]
) -> None:
    from secrets_cli.iam.contain import Contained, contains
    from secrets_cli.iam.parse import parse_policy

    result = change({"policy.json": policy(*old)}, {"policy.json": policy(*new)})
    proven = contains([parse_policy(policy(*old), "old")], [parse_policy(policy(*new), "new")])
    assert (not result.access) == isinstance(proven, Contained)


@given(written=st.lists(statements, min_size=1, max_size=4, unique_by=json.dumps), seed=st.randoms())
def test_order_and_space_change_no_fingerprint(written: list[dict[str, Any]], seed: Any) -> None:
    mixed = [one | {"Action": seed.sample(one["Action"], len(one["Action"]))} for one in written]
    seed.shuffle(mixed)
    before = {one.fingerprint for one in side({"policy.json": policy(*written)}).findings}
    after = {one.fingerprint for one in side({"policy.json": "\n\n" + policy(*mixed, indent=None)}).findings}
    assert before == after
