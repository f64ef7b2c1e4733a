"""Which resources carry policies, whose they are, and where they stand."""

import json

import pytest
import yaml

from secrets_cli.errors import MalformedInput
from secrets_cli.iam.policy_kind import PolicyKind
from secrets_cli.inputs.cloudformation.documents import RESOURCE_POLICIES
from secrets_cli.inputs.cloudformation.read import read_cloudformation
from secrets_cli.inputs.found import Supplied
from tests.unit.inputs.cfn_templates import ADMIN_ARN, grants, managed, problems, read

ALLOW = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
IDENTITY = {"Version": "2012-10-17", "Statement": [ALLOW]}
RESOURCE = {"Version": "2012-10-17", "Statement": [{**ALLOW, "Principal": "*"}]}
TRUST = {"Statement": {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}}


def resources(**kinds: tuple[str, object]) -> str:
    table = {name: {"Type": kind, "Properties": properties} for name, (kind, properties) in kinds.items()}
    return json.dumps({"Resources": table})


def test_a_role_with_everything() -> None:
    text = """\
AWSTemplateFormatVersion: 2010-09-09
Resources:
  Api:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement:
          - {Effect: Allow, Action: 'sts:AssumeRole', Principal: {Service: lambda.amazonaws.com}}
      ManagedPolicyArns:
        - arn:aws:iam::aws:policy/AdministratorAccess
        - !Sub arn:${AWS::Partition}:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole
        - !Ref Shared
        - arn:aws:iam::111122223333:policy/elsewhere
      PermissionsBoundary: !Ref Limit
      Policies:
        - PolicyName: inline
          PolicyDocument:
            Statement:
              - Effect: Allow
                Action: s3:*
                Resource: '*'
  Shared: {Type: AWS::IAM::ManagedPolicy,
    Properties: {PolicyDocument: {Statement: {Effect: Allow, Action: 'a:b', Resource: '*'}}}}
  Limit: {Type: AWS::IAM::ManagedPolicy,
    Properties: {PolicyDocument: {Statement: {Effect: Allow, Action: 'c:d', Resource: '*'}}}}
"""
    found = read(text)
    assert [(str(one.location), one.kind.value, one.principal, one.attached_by) for one in found.policies] == [
        ("t.yml:7:9", "trust", "role Api", ""),
        ("t.yml:18:13", "identity", "role Api", ""),
        ("t.yml:10:11", "identity", "role Api", f"managed {ADMIN_ARN}"),
        (
            "t.yml:11:11",
            "identity",
            "role Api",
            "managed arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",
        ),
        ("t.yml:23:34", "identity", "role Api", "managed policy Shared"),
        ("t.yml:25:34", "boundary", "role Api", "managed policy Limit"),
    ]
    assert [str(one.policy.statements[0].location) for one in found.policies[:2]] == ["t.yml:8:13", "t.yml:19:17"]
    assert problems(found) == [
        "t.yml:13:11 the managed policy `arn:aws:iam::111122223333:policy/elsewhere` is not in this file"
    ]


@pytest.mark.parametrize(
    ("kind", "properties", "principal"),
    [
        ("AWS::IAM::User", {"Policies": [{"PolicyDocument": IDENTITY}]}, "user X"),
        ("AWS::IAM::Group", {"Policies": [{"PolicyDocument": IDENTITY}]}, "group X"),
        ("AWS::IAM::Policy", {"PolicyDocument": IDENTITY, "Roles": ["named"]}, "role R"),
        ("AWS::IAM::Policy", {"PolicyDocument": IDENTITY, "Users": ["elsewhere"]}, "user elsewhere"),
        ("AWS::IAM::ManagedPolicy", {"PolicyDocument": IDENTITY, "Groups": ["g"]}, "group g"),
        ("AWS::IAM::ManagedPolicy", {"PolicyDocument": IDENTITY}, ""),
        ("AWS::IAM::RolePolicy", {"PolicyDocument": IDENTITY, "RoleName": {"Ref": "R"}}, "role R"),
        ("AWS::IAM::UserPolicy", {"PolicyDocument": IDENTITY, "UserName": "u"}, "user u"),
        ("AWS::IAM::GroupPolicy", {"PolicyDocument": IDENTITY, "GroupName": "g"}, "group g"),
        ("AWS::SSO::PermissionSet", {"InlinePolicy": IDENTITY}, "permission set X"),
        ("AWS::SSO::PermissionSet", {"InlinePolicy": json.dumps(IDENTITY)}, "permission set X"),
        ("AWS::IoT::Policy", {"PolicyDocument": IDENTITY}, ""),
    ],
)
def test_identity_policies_name_their_principal(kind: str, properties: object, principal: str) -> None:
    found = read(resources(X=(kind, properties), R=("AWS::IAM::Role", {"RoleName": "named"})))
    assert [(one.principal, one.kind) for one in found.policies] == [(principal, PolicyKind.IDENTITY)]
    assert found.unresolved == ()


@pytest.mark.parametrize(
    ("kind", "path"), [(kind, path) for kind, paths in RESOURCE_POLICIES.items() for path in paths]
)
@pytest.mark.parametrize("as_text", [False, True])
def test_resource_policies(kind: str, path: tuple[str, ...], as_text: bool) -> None:
    properties: object = json.dumps(RESOURCE) if as_text else RESOURCE
    for step in reversed(path):
        properties = {step: properties}
    (found,) = read(resources(X=(kind, properties))).policies
    assert (found.kind, len(found.policy.statements)) == (PolicyKind.RESOURCE, 1)


@pytest.mark.parametrize(
    ("type", "kind"),
    [
        ("SERVICE_CONTROL_POLICY", PolicyKind.SCP),
        ("RESOURCE_CONTROL_POLICY", PolicyKind.RCP),
        ("TAG_POLICY", None),
    ],
)
def test_policies_of_the_organization(type: str, kind: PolicyKind | None) -> None:
    content = RESOURCE if kind is PolicyKind.RCP else IDENTITY
    found = read(resources(X=("AWS::Organizations::Policy", {"Type": type, "Content": content})))
    assert [one.kind for one in found.policies] == ([] if kind is None else [kind])


@pytest.mark.parametrize(
    ("kind", "properties", "expected"),
    [
        (
            "AWS::Lambda::Permission",
            {"FunctionName": {"Ref": "F"}, "Action": "lambda:InvokeFunction", "Principal": "*"},
            ("*:*", "lambda:InvokeFunction", "arn:aws:lambda:?:?:function:fn", ""),
        ),
        (
            "AWS::Lambda::Permission",
            {
                "FunctionName": {"Fn::GetAtt": ["F", "Arn"]},
                "Action": "lambda:InvokeFunction",
                "Principal": "s3.amazonaws.com",
                "SourceArn": "arn:aws:s3:::b",
                "SourceAccount": "111122223333",
            },
            (
                "Service:s3.amazonaws.com",
                "lambda:InvokeFunction",
                "arn:aws:lambda:?:?:function:fn",
                "ArnLike aws:SourceArn arn:aws:s3:::b, StringEquals aws:SourceAccount 111122223333",
            ),
        ),
        (
            "AWS::Lambda::Permission",
            {"FunctionName": "plain", "Action": "lambda:*", "Principal": 111122223333},
            ("AWS:111122223333", "lambda:*", "arn:aws:lambda:?:?:function:plain", ""),
        ),
        (
            "AWS::Lambda::LayerVersionPermission",
            {"LayerVersionArn": "arn:aws:lambda:a:b:layer:c:1", "Action": "lambda:GetLayerVersion", "Principal": "*"},
            ("*:*", "lambda:GetLayerVersion", "arn:aws:lambda:a:b:layer:c:1", ""),
        ),
        (
            "AWS::Events::EventBusPolicy",
            {
                "StatementId": "x",
                "Action": "events:PutEvents",
                "Principal": "*",
                "Condition": {"Type": "StringEquals", "Key": "aws:PrincipalOrgID", "Value": "o-1"},
            },
            ("*:*", "events:PutEvents", "*", "StringEquals aws:PrincipalOrgID o-1"),
        ),
        (
            "AWS::Events::EventBusPolicy",
            {"StatementId": "x", "Statement": {**ALLOW, "Action": "events:PutEvents", "Principal": "*"}},
            ("*:*", "events:PutEvents", "*", ""),
        ),
    ],
)
def test_permissions_are_statements(kind: str, properties: object, expected: tuple[str, ...]) -> None:
    text = resources(X=(kind, properties), F=("AWS::Lambda::Function", {"FunctionName": "fn"}))
    found = read(text)
    (policy,) = found.policies
    (statement,) = policy.policy.statements
    assert statement.principal is not None
    (entry,) = statement.principal.entries
    terms = ", ".join(f"{one.operator} {one.key} {one.values[0]}" for one in statement.conditions)
    ((_, _, _, actions, targets),) = grants(found)
    assert (f"{entry.kind}:{entry.value}", *actions, *targets, terms) == expected
    assert found.unresolved == ()


def test_lists_under_fn_if_are_read_on_both_sides() -> None:
    text = """\
Conditions: {A: !Equals [!Ref 'AWS::Region', x]}
Resources:
  R:
    Type: AWS::IAM::Role
    Condition: A
    Properties:
      ManagedPolicyArns: !If [A, ['arn:aws:iam::aws:policy/AdministratorAccess'], !Ref AWS::NoValue]
  Q:
    Type: AWS::IAM::Role
    Properties:
      Policies:
        - !If
          - A
          - {PolicyName: a, PolicyDocument: {Statement: {Effect: Allow, Action: 'a:a', Resource: '*'}}}
          - {PolicyName: b, PolicyDocument: {Statement: {Effect: Allow, Action: 'b:b', Resource: '*'}}}
"""
    assert [(principal, where, actions) for principal, _, where, actions, _ in grants(read(text))] == [
        ("role R", "A", ("*",)),
        ("role Q", "A", ("a:a",)),
        ("role Q", "not A", ("b:b",)),
    ]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("Transform: Mine\nResources: {}", "t.yml:1:12 the macro `Mine` rewrites the template at deployment"),
        (
            "Transform: [{Name: AWS::Include}]\nResources: {}",
            "t.yml:1:13 the macro `AWS::Include` rewrites the template at deployment",
        ),
        (
            "Resources:\n  'Fn::ForEach::X': [a, [b], {}]",
            "t.yml:2:3 the resources that `Fn::ForEach::X` gives are known at deployment only",
        ),
        (
            "Resources:\n  N: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: x.yml}}",
            "t.yml:2:3 the template that `N` nests is not read with this one",
        ),
        (
            "Resources:\n  R: {Type: AWS::IAM::Role, Properties: {Policies: [!ImportValue x]}}",
            "t.yml:2:53 there is no `PolicyDocument` here that could be read",
        ),
        (
            "Resources:\n  P: {Type: AWS::Logs::ResourcePolicy, Properties: {PolicyDocument: '{'}}",
            "t.yml:2:69 the policy in this text cannot be read: t.yml:1:2: a name in double quotes is expected",
        ),
    ],
)
def test_what_cannot_be_read_is_listed(text: str, line: str) -> None:
    found = read(text)
    assert found.policies == ()
    assert problems(found) == [line]


@pytest.mark.parametrize(
    "text", ["[]", "Resources: []", "Resources: {A: {}}", "Resources: {A: b}", "a: b: c", '{"Resources": }']
)
def test_what_is_no_template_is_refused_at_its_place(text: str) -> None:
    with pytest.raises(MalformedInput, match=r"^t\.yml:1:\d+: "):
        read(text)


def test_json_and_yaml_say_the_same() -> None:
    tree = {"Resources": {"R": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": TRUST}}}}
    one, two = (
        read_cloudformation(text, "t", Supplied(managed=managed)) for text in (json.dumps(tree), yaml.safe_dump(tree))
    )
    assert [policy.policy for policy in one.policies] == [policy.policy for policy in two.policies]
    assert len(one.policies) == 1
