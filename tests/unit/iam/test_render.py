"""Printing policies: AWS's order of keys, strings for one value, lists for several."""

import json

import pytest

from secrets_cli.iam.model import ConditionTerm, Effect, Element, Operator, Policy, Statement
from secrets_cli.iam.parse import PolicyKind, parse_policy
from secrets_cli.iam.render import policy_document, render_policy
from secrets_cli.iam.size import policy_size

_TEXT = """{
  "Version": "2012-10-17",
  "Id": "one",
  "Statement": [
    {
      "Sid": "Read",
      "Effect": "Deny",
      "NotPrincipal": {
        "AWS": [
          "111122223333",
          "*"
        ],
        "Service": "s3.amazonaws.com"
      },
      "Action": [
        "s3:Get*",
        "s3:List*"
      ],
      "NotResource": "arn:aws:s3:::bücket/*",
      "Condition": {
        "StringLike": {
          "aws:username": "b*",
          "s3:prefix": [
            "",
            "x"
          ]
        },
        "ForAllValues:StringEqualsIfExists": {
          "aws:TagKeys": []
        }
      }
    },
    {
      "Effect": "Allow",
      "Principal": "*",
      "NotAction": "iam:*"
    }
  ]
}"""


def test_prints_what_it_read() -> None:
    policy = parse_policy(_TEXT, "p", PolicyKind.RESOURCE)
    assert render_policy(policy) == _TEXT
    assert policy_document(policy) == json.loads(_TEXT)


def test_an_absent_version_is_written_out() -> None:
    policy = parse_policy('{"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}', "p")
    assert policy_document(policy)["Version"] == "2008-10-17"
    assert parse_policy(render_policy(policy), "q") == policy


def test_operators_in_two_letter_cases_are_one_block() -> None:
    blocks = '{"Bool": {"a:x": "true"}, "Null": {"a:y": "true"}, "bool": {"a:z": "false"}}'
    text = '{"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": ' + blocks + "}}"
    policy = parse_policy(text, "p")
    assert parse_policy(render_policy(policy), "q") == policy


def test_what_json_cannot_hold_is_not_written() -> None:
    terms = (ConditionTerm(Operator("Bool"), "k", ("true",)), ConditionTerm(Operator("Bool"), "k", ("false",)))
    statement = Statement(Effect.ALLOW, Element(("*",)), Element(("*",)), conditions=terms)
    with pytest.raises(ValueError, match="two terms with Bool on `k`"):
        policy_document(Policy((statement,)))


def test_size_leaves_out_white_space() -> None:
    policy = parse_policy(_TEXT, "p", PolicyKind.RESOURCE)
    assert policy_size(policy) == len("".join(_TEXT.split()))
