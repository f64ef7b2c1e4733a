"""What the case files cannot say: places in decisions, questions without the resource's policy, remembered policies."""

import json
from typing import Any

from secrets_cli.iam.compiled import compiled_policy
from secrets_cli.iam.decision import FailedElement, PolicyType, Verdict
from secrets_cli.iam.evaluate import evaluate
from secrets_cli.iam.model import Policy
from secrets_cli.iam.parse import parse_policy
from secrets_cli.iam.request import PolicySet, Request

_BOB = "arn:aws:iam::111122223333:user/bob"


def _policy(text: str = "", **change: Any) -> Policy:
    statement = {"Effect": "Allow", "Action": "*", "Resource": "*", **change}
    return parse_policy(text or json.dumps({"Version": "2012-10-17", "Statement": statement}), "p.json")


def test_the_decision_names_file_line_and_column() -> None:
    text = """{"Version": "2012-10-17", "Statement": [
  {"Sid": "A", "Effect": "Allow", "Action": "s3:*", "Resource": "*"},
  {"Sid": "B", "Effect": "Deny", "Action": "s3:Put*", "Resource": "*"}]}"""
    policies = PolicySet((_policy(text),))
    allowed = evaluate(Request(_BOB, "s3:GetObject", "arn:aws:s3:::b/k"), policies)
    assert (allowed.verdict, allowed.by.sid, str(allowed.by.location)) == (Verdict.ALLOWED, "A", "p.json:2:3")
    denied = evaluate(Request(_BOB, "s3:PutObject", "arn:aws:s3:::b/k"), policies)
    assert (denied.verdict, denied.by.index, str(denied.by.location)) == (Verdict.EXPLICITLY_DENIED, 1, "p.json:3:3")


def test_an_implicit_deny_says_which_keys_fail() -> None:
    condition = {"StringEquals": {"aws:PrincipalTag/team": "blue"}, "Bool": {"aws:SecureTransport": "true"}}
    request = Request(_BOB, "s3:GetObject", "arn:aws:s3:::b/k", {"aws:principaltag/team": "red"})
    decision = evaluate(request, PolicySet((_policy(Condition=condition),)))
    assert decision.by.policy_type is PolicyType.IDENTITY
    failed = decision.by.failed
    assert failed is not None
    assert failed.element is FailedElement.CONDITION
    assert failed.detail == (
        "StringEquals on `aws:PrincipalTag/team`: the key does not fit; "
        "Bool on `aws:SecureTransport`: the key is absent"
    )


def test_without_knowledge_of_the_resource_policy_the_others_decide() -> None:
    identity = (_policy(),)
    for action, resource in (
        ("kms:Decrypt", "arn:aws:kms:eu-west-1:111122223333:key/k"),
        ("sts:AssumeRole", "arn:aws:iam::999988887777:role/r"),
        ("lambda:GetLayerVersion", "arn:aws:lambda:eu-west-1:999988887777:layer:l:1"),
    ):
        request = Request(_BOB, action, resource)
        assert evaluate(request, PolicySet(identity)).allowed
        assert not evaluate(request, PolicySet(identity, resource_is_known=True)).allowed


def test_equal_policies_answer_alike_and_others_do_not_share_answers() -> None:
    request = Request(_BOB, "s3:GetObject", "*")
    for _ in range(3000):  # more than are remembered
        assert evaluate(request, PolicySet((_policy(Action="s3:Get*"),))).allowed
        assert not evaluate(request, PolicySet((_policy(Action="s3:Put*"),))).allowed
    policy = _policy()
    assert compiled_policy(policy) is compiled_policy(policy)
    assert compiled_policy(policy) is not compiled_policy(_policy())


def test_many_statements_and_stars_end_in_time() -> None:
    patterns = ["*" + "a*" * 40 + str(number) for number in range(200)]
    statements = [{"Effect": "Allow", "Action": "s3:*", "Resource": [f"arn:aws:s3:::{one}" for one in patterns]}] * 50
    policy = _policy(json.dumps({"Statement": statements}))
    decision = evaluate(Request(_BOB, "s3:GetObject", "arn:aws:s3:::" + "a" * 1000), PolicySet((policy,)))
    assert decision.verdict is Verdict.IMPLICITLY_DENIED
