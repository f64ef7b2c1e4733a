"""Laws of the readers: a policy is the same in whatever it is written, and no text makes a reader fail unawares."""

import contextlib
import copy
import json
import random
import re

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from secrets_cli.errors import MalformedInput
from secrets_cli.iam.parse import parse_policy
from secrets_cli.inputs.cloudformation.read import read_cloudformation
from secrets_cli.inputs.found import Found, Supplied
from secrets_cli.inputs.policy_file import read_policy_file
from secrets_cli.inputs.yaml_text import read_yaml_documents

NAMES = st.text("abcXYZ019-_./é ${}", max_size=8)
ARNS = st.one_of(st.just("*"), NAMES.map(lambda name: f"arn:aws:s3:::b{name}"))
ACTIONS = st.sampled_from(["s3:Get*", "*", "kms:Decrypt", "ssm:GetParameter?", "S3:PutObject"])
KEYS = st.sampled_from(["aws:PrincipalTag/x", "kms:ViaService", "aws:SourceIp"])
VALUES = st.one_of(
    NAMES, st.sampled_from(["yes", "no", "1e3", "0x10", "012", "~", "null", "2012-10-17", "<<", "1:30", "*"])
)


def some(values: st.SearchStrategy[str]) -> st.SearchStrategy[str | list[str]]:
    return st.one_of(values, st.lists(values, min_size=1, max_size=3))


STATEMENTS = st.fixed_dictionaries(
    {"Effect": st.sampled_from(["Allow", "Deny"]), "Action": some(ACTIONS), "Resource": some(ARNS)},
    optional={
        "Sid": st.text("abcXYZ019", min_size=1, max_size=5),
        "Condition": st.dictionaries(
            st.sampled_from(["StringLike", "ForAnyValue:StringEquals"]),
            st.dictionaries(KEYS, some(VALUES), min_size=1, max_size=2),
            max_size=2,
        ),
    },
)
POLICIES = st.lists(STATEMENTS, min_size=1, max_size=3, unique_by=lambda one: str(one.get("Sid", id(one)))).map(
    lambda statements: {"Version": "2012-10-17", "Statement": statements}
)


def template(policy: object) -> dict[str, object]:
    """The policy in a template. IAM's variables are no function's: outside of Fn::Sub the text stays as it is."""
    role = {"PolicyName": "p", "PolicyDocument": policy}
    return {"Resources": {"R": {"Type": "AWS::IAM::Role", "Properties": {"Policies": [role]}}}}


@given(POLICIES)
def test_a_policy_is_the_same_in_whatever_it_is_written(document: dict[str, object]) -> None:
    expected = parse_policy(json.dumps(document), "f")
    written = [
        read_policy_file(json.dumps(document, indent=1), "f"),
        read_policy_file(yaml.safe_dump(document, sort_keys=False), "f"),
        read_policy_file(
            yaml.safe_dump(document, default_flow_style=True, allow_unicode=True, sort_keys=False), "f.yml"
        ),
        read_cloudformation(json.dumps(template(document)), "f", Supplied()),
        read_cloudformation(yaml.safe_dump(template(document), sort_keys=False), "f", Supplied()),
    ]
    for found in written:
        assert [one.policy for one in found.policies] == [expected]
        assert found.unresolved == ()


@given(POLICIES)
def test_fn_sub_without_holes_and_fn_if_change_nothing(document: dict[str, object]) -> None:
    def subbed(node: object) -> object:
        if isinstance(node, dict):
            return {key: subbed(value) for key, value in node.items()}
        if isinstance(node, list):
            return [subbed(value) for value in node]
        return {"Fn::Sub": re.sub(r"\$\{([^}]*)\}", r"${!\1}", str(node))}

    tree = template({"Fn::If": ["C", subbed(document), {"Ref": "AWS::NoValue"}]})
    tree["Conditions"] = {"C": {"Fn::Equals": [{"Ref": "AWS::Region"}, "x"]}}
    found = read_cloudformation(json.dumps(tree), "f", Supplied())
    assert [one.policy for one in found.policies] == [parse_policy(json.dumps(document), "f")]
    assert [one.where for one in found.policies] == ["C"]


SEED = {
    "Transform": "AWS::Serverless-2016-10-31",
    "Parameters": {"P": {"Type": "String", "Default": "d"}, "L": {"Type": "CommaDelimitedList", "Default": "a,b"}},
    "Mappings": {"M": {"a": {"b": "c"}}},
    "Conditions": {"C": {"Fn::Equals": [{"Ref": "P"}, "x"]}, "D": {"Fn::Not": [{"Condition": "C"}]}},
    "Globals": {"Function": {"VpcConfig": {"SubnetIds": []}}},
    "Resources": {
        "R": {
            "Type": "AWS::IAM::Role",
            "Condition": "D",
            "Properties": {
                "RoleName": {"Fn::Sub": "${P}-x"},
                "ManagedPolicyArns": [{"Ref": "G"}, "arn:aws:iam::aws:policy/x"],
                "Policies": [
                    {
                        "PolicyDocument": {
                            "Version": "2012-10-17",
                            "Statement": [
                                {
                                    "Effect": "Allow",
                                    "Action": ["s3:*"],
                                    "Resource": {
                                        "Fn::If": ["C", {"Fn::GetAtt": ["B", "Arn"]}, {"Ref": "AWS::NoValue"}]
                                    },
                                    "Condition": {"StringEquals": {"aws:x": {"Fn::Join": ["", ["a", {"Ref": "L"}]]}}},
                                }
                            ],
                        }
                    }
                ],
            },
        },
        "G": {
            "Type": "AWS::IAM::ManagedPolicy",
            "Properties": {"PolicyDocument": {"Statement": []}, "Roles": [{"Ref": "R"}]},
        },
        "B": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": {"Fn::FindInMap": ["M", "a", "b"]}}},
        "F": {
            "Type": "AWS::Serverless::Function",
            "Properties": {
                "Policies": [{"SQSPollerPolicy": {"QueueName": "q"}}, "X"],
                "FunctionUrlConfig": {"AuthType": "NONE"},
                "DeadLetterQueue": {"Type": "SQS", "TargetArn": "x"},
                "EventInvokeConfig": {"DestinationConfig": {"OnSuccess": {"Type": "SNS"}}},
                "Events": {"A": {"Type": "SQS"}},
            },
        },
        "K": {"Type": "AWS::KMS::Key", "Properties": {"KeyPolicy": "{}"}},
        "E": {"Type": "AWS::Events::EventBusPolicy", "Properties": {"Principal": "*", "Condition": {"Key": "k"}}},
        "L1": {
            "Type": "AWS::Lambda::Permission",
            "Properties": {"FunctionName": {"Ref": "F"}, "Principal": {"Ref": "P"}},
        },
        "S": {"Type": "AWS::SSO::PermissionSet", "Properties": {"InlinePolicy": {"Fn::ToJsonString": {}}}},
    },
}
JUNK: list[object] = [
    None, True, 0, "", "x", "arn:", "${", "${P.}", "{{resolve:a:b}}", [], {}, [[]], {"Ref": "P"}, {"Ref": []}, {"Ref": "R"},
    {"Fn::If": []}, {"Fn::If": ["C", 1]}, {"Fn::If": ["C", {"Ref": "L"}, []]}, {"Fn::If": ["Z", {}, {}]}, {"Fn::Sub": []},
    {"Fn::Sub": ["${a}${P}", {"a": {"Ref": "AWS::NoValue"}}]}, {"Fn::Join": [1, {"Ref": "L"}]}, {"Fn::Join": "x"},
    {"Fn::Select": ["9", []]}, {"Fn::Split": ["", "x"]}, {"Fn::FindInMap": ["M", {"Ref": "AWS::Region"}, "b"]},
    {"Fn::GetAtt": "R"}, {"Fn::GetAtt": ["S", "x.y"]}, {"Fn::Transform": {}, "a": 1}, {"Fn::Odd": {}}, {"Condition": "D"},
    {"Fn::Sub": "${FRole.Arn}${AWS::Region}"}, {"Ref": "AWS::NoValue"}, {"Statement": "x"}, {"Effect": []},
]  # fmt: skip


def spoiled(tree: object, dice: random.Random) -> object:
    """The tree with one of its nodes, or names, replaced."""
    places: list[tuple[object, object]] = []

    def walk(node: object) -> None:
        for key, value in node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ():
            places.append((node, key))
            walk(value)

    walk(tree)
    holder, key = dice.choice(places)
    if isinstance(holder, dict) and dice.random() < 0.2:
        holder[dice.choice(["Ref", "Fn::If", "Statement", "Effect", "Properties", "x"])] = holder.pop(key)
    else:
        holder[key] = copy.deepcopy(dice.choice(JUNK))  # type: ignore[index]  # a list by its index, an object by its name
    return tree


@settings(max_examples=200)
@given(st.integers(0, 2**32), st.integers(1, 6))
def test_a_spoiled_template_is_read_or_refused(seed: int, times: int) -> None:
    dice = random.Random(seed)
    tree: object = copy.deepcopy(SEED)
    for _ in range(times):
        tree = spoiled(tree, dice)
    with contextlib.suppress(MalformedInput):
        assert isinstance(read_cloudformation(json.dumps(tree), "f", Supplied()), Found)


@given(st.text("ab:-*&!<>|?[]{},'\"#%@` \n\t\r\\0~.=", max_size=40))
def test_any_text_is_yaml_or_refused(text: str) -> None:
    with contextlib.suppress(MalformedInput):
        read_yaml_documents(text, "f")
