"""What whoever runs `role apply` and `role rollback` needs, and no more.

Everything is scoped to the principals and to policies under `/secrets-cli/`; reading goes to every managed policy, for
which are attached is known only when they have been read. Actions and resources:
https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html
"""

from collections.abc import Sequence

from secrets_cli.account.apply_plan import PATH
from secrets_cli.iam.model import Effect, Element, Policy, Statement

_READ = {
    "role": ("iam:GetRole", "iam:GetRolePolicy", "iam:ListAttachedRolePolicies", "iam:ListRolePolicies"),
    "user": (
        "iam:GetUser",
        "iam:GetUserPolicy",
        "iam:ListAttachedUserPolicies",
        "iam:ListGroupsForUser",
        "iam:ListUserPolicies",
    ),
}
_READ_GROUPS = ("iam:GetGroupPolicy", "iam:ListAttachedGroupPolicies", "iam:ListGroupPolicies")
_CHANGE = {
    "role": ("iam:AttachRolePolicy", "iam:DeleteRolePolicy", "iam:DetachRolePolicy", "iam:PutRolePolicy"),
    "user": ("iam:AttachUserPolicy", "iam:DeleteUserPolicy", "iam:DetachUserPolicy", "iam:PutUserPolicy"),
}
_OWN = (
    "iam:CreatePolicy",
    "iam:CreatePolicyVersion",
    "iam:DeletePolicy",
    "iam:DeletePolicyVersion",
    "iam:ListPolicyVersions",
    "iam:SetDefaultPolicyVersion",
    "iam:TagPolicy",
)


def permissions_for(principals: Sequence[str], *, managed: bool, changes: bool = True) -> Policy:
    """The policy of whoever applies narrowings to principals, by ARN, and takes them back.

    Without `managed` no managed policy is made; without `changes` principals are read only (`role show`).
    """
    statements: list[Statement] = []
    for kind in ("role", "user"):
        arns = tuple(arn for arn in principals if f":{kind}/" in arn)
        if arns:
            statements.append(_allow(f"Read{kind.title()}s", _READ[kind], arns))
            if changes:
                statements.append(_allow(f"Change{kind.title()}s", _CHANGE[kind], arns))
    places = sorted({(arn.split(":")[1], arn.split(":")[4]) for arn in principals})
    if any(":user/" in arn for arn in principals):
        groups = tuple(f"arn:{partition}:iam::{account}:group/*" for partition, account in places)
        statements.append(_allow("ReadGroups", _READ_GROUPS, groups))
    read = tuple(
        f"arn:{partition}:iam::{owner}:policy/*" for partition, account in places for owner in (account, "aws")
    )
    statements.append(_allow("ReadManagedPolicies", ("iam:GetPolicy", "iam:GetPolicyVersion"), read))
    if managed and changes:
        own = tuple(f"arn:{partition}:iam::{account}:policy{PATH}*" for partition, account in places)
        statements.append(_allow("ChangeOwnManagedPolicies", _OWN, own))
    return Policy(tuple(statements))


def _allow(sid: str, actions: tuple[str, ...], resources: tuple[str, ...]) -> Statement:
    return Statement(Effect.ALLOW, Element(actions), Element(resources), sid=sid)
