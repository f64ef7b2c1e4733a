"""The reader of `terraform show -json`."""

import json

import pytest

from secrets_cli.errors import MalformedInput
from secrets_cli.iam.policy_kind import PolicyKind
from secrets_cli.inputs.terraform_plan import read_terraform_plan

POLICY = '{"Statement":[{"Effect":"Allow","Action":"s3:\\u002a","Resource":"*"}]}'


def _plan(*resources: dict[str, object], **more: object) -> str:
    return json.dumps({"planned_values": {"root_module": {"resources": resources}}, **more})


def _resource(address: str, **values: object) -> dict[str, object]:
    return {"address": address, "mode": "managed", "type": address.split(".")[0], "values": values}


def test_a_policy_stands_within_the_string() -> None:
    text = _plan(_resource("aws_iam_role_policy.p", role="api", policy=POLICY), _resource("aws_iam_role.r", name="api"))
    found = read_terraform_plan(text, "plan.json")
    (one,) = found.policies
    assert (one.kind, one.principal, one.source) == (PolicyKind.IDENTITY, "role aws_iam_role.r", "terraform-plan")
    assert one.policy.statements[0].action.values == ("s3:*",)
    action = one.policy.statements[0].action.location
    assert action is not None
    assert text[action.column - 1 :].startswith('\\"Action')
    resource = one.policy.statements[0].resource
    assert resource is not None
    assert resource.location is not None
    assert text[resource.location.column - 1 :].startswith('\\"Resource')


def test_attachments_that_are_known_after_apply_follow_the_references() -> None:
    attachment = _resource("aws_iam_role_policy_attachment.a", role="api")
    text = _plan(
        attachment,
        _resource("aws_iam_policy.p", policy=POLICY),
        resource_changes=[{"address": attachment["address"], "change": {"after_unknown": {"policy_arn": True}}}],
        configuration={
            "root_module": {
                "resources": [
                    {
                        "address": attachment["address"],
                        "expressions": {"policy_arn": {"references": ["aws_iam_policy.p.arn", "aws_iam_policy.p"]}},
                    }
                ]
            }
        },
    )
    (one,) = read_terraform_plan(text, "plan.json").policies
    assert (one.principal, one.attached_by) == ("role api", "aws_iam_policy.p")


def test_a_policy_known_after_apply_is_unresolved() -> None:
    resource = _resource("aws_sqs_queue_policy.q")
    text = _plan(
        resource, resource_changes=[{"address": resource["address"], "change": {"after_unknown": {"policy": True}}}]
    )
    found = read_terraform_plan(text, "plan.json")
    assert found.policies == ()
    assert [one.reason for one in found.unresolved] == ["`aws_sqs_queue_policy.q.policy` is known after apply only"]


@pytest.mark.parametrize("text", ["{}", "[]", "nonsense"])
def test_what_is_no_plan_is_refused(text: str) -> None:
    with pytest.raises(MalformedInput, match=r"plan\.json:1:1"):
        read_terraform_plan(text, "plan.json")
