"""Paths through IAM and STS: writing policies, taking over users and roles, making roles."""

from secrets_cli.gate.escalation.path import End, Need, Path
from secrets_cli.gate.escalation.target import (
    CALLER_ROLE,
    CALLER_USER,
    CHANGED_ROLE,
    GROUP,
    NEW_FUNCTION,
    NEW_ROLE,
    NEW_USER,
    POLICY,
    ROLE,
    USER,
)
from secrets_cli.severity import Severity

_LAMBDA = "lambda.amazonaws.com"

WRITES_ITS_OWN_POLICIES = (
    Path(
        "iam-001",
        End.EVERYTHING,
        "make a new default version of a policy attached to it that allows everything",
        (Need("iam:CreatePolicyVersion", POLICY),),
        also=("Rhino 1",),
    ),
    Path(
        "iam-005",
        End.EVERYTHING,
        "put an inline policy that allows everything on its own role",
        (Need("iam:PutRolePolicy", CALLER_ROLE),),
        also=("Rhino 12",),
    ),
    Path(
        "iam-007",
        End.EVERYTHING,
        "put an inline policy that allows everything on its own user",
        (Need("iam:PutUserPolicy", CALLER_USER),),
        also=("Rhino 10",),
    ),
    Path(
        "iam-008",
        End.EVERYTHING,
        "attach AdministratorAccess to its own user",
        (Need("iam:AttachUserPolicy", CALLER_USER),),
        also=("Rhino 7",),
    ),
    Path(
        "iam-009",
        End.EVERYTHING,
        "attach AdministratorAccess to its own role",
        (Need("iam:AttachRolePolicy", CALLER_ROLE),),
        also=("Rhino 9",),
    ),
    Path(
        "iam-010",
        End.EVERYTHING,
        "attach AdministratorAccess to a group of its user",
        (Need("iam:AttachGroupPolicy", GROUP),),
        also=("Rhino 8",),
    ),
    Path(
        "iam-011",
        End.EVERYTHING,
        "put an inline policy that allows everything on a group of its user",
        (Need("iam:PutGroupPolicy", GROUP),),
        also=("Rhino 11",),
    ),
    Path(
        "iam-013",
        End.EVERYTHING,
        "add its user to a group that has more rights",
        (Need("iam:AddUserToGroup", GROUP),),
        also=("Rhino 13",),
    ),
    Path(
        "own-1",
        End.EVERYTHING,
        "set an older, wider version of a policy attached to it as the default",
        (Need("iam:SetDefaultPolicyVersion", POLICY),),
        also=("Rhino 2",),
        severity=Severity.MEDIUM,
    ),
)

MAKES_A_PRINCIPAL = (
    Path(
        "own-2",
        End.EVERYTHING,
        "create a role, attach AdministratorAccess to it, pass it to a new function, invoke that",
        (
            Need("iam:CreateRole", NEW_ROLE),
            Need("iam:AttachRolePolicy", NEW_ROLE),
            Need("iam:PassRole", NEW_ROLE),
            Need("lambda:CreateFunction", NEW_FUNCTION),
            Need("lambda:InvokeFunction", NEW_FUNCTION),
        ),
        _LAMBDA,
    ),
    Path(
        "own-3",
        End.EVERYTHING,
        "create a role, put an inline policy that allows everything on it, pass it to a new function, invoke that",
        (
            Need("iam:CreateRole", NEW_ROLE),
            Need("iam:PutRolePolicy", NEW_ROLE),
            Need("iam:PassRole", NEW_ROLE),
            Need("lambda:CreateFunction", NEW_FUNCTION),
            Need("lambda:InvokeFunction", NEW_FUNCTION),
        ),
        _LAMBDA,
    ),
    Path(
        "own-4",
        End.EVERYTHING,
        "create a role that trusts it by name, attach AdministratorAccess to it, assume it",
        (Need("iam:CreateRole", NEW_ROLE), Need("iam:AttachRolePolicy", NEW_ROLE)),
    ),
    Path(
        "own-5",
        End.EVERYTHING,
        "create a role that trusts it by name, put an inline policy that allows everything on it, assume it",
        (Need("iam:CreateRole", NEW_ROLE), Need("iam:PutRolePolicy", NEW_ROLE)),
    ),
    Path(
        "own-6",
        End.EVERYTHING,
        "attach AdministratorAccess to a role that functions run as, pass it to a new function, invoke that",
        (
            Need("iam:AttachRolePolicy", CHANGED_ROLE),
            Need("iam:PassRole", CHANGED_ROLE),
            Need("lambda:CreateFunction", NEW_FUNCTION),
            Need("lambda:InvokeFunction", NEW_FUNCTION),
        ),
        _LAMBDA,
    ),
    Path(
        "own-7",
        End.EVERYTHING,
        "put an inline policy that allows everything on a role that functions run as, pass it to a new function,"
        " invoke that",
        (
            Need("iam:PutRolePolicy", CHANGED_ROLE),
            Need("iam:PassRole", CHANGED_ROLE),
            Need("lambda:CreateFunction", NEW_FUNCTION),
            Need("lambda:InvokeFunction", NEW_FUNCTION),
        ),
        _LAMBDA,
    ),
    Path(
        "own-8",
        End.EVERYTHING,
        "create a user, attach AdministratorAccess to it, create an access key for it",
        (
            Need("iam:CreateUser", NEW_USER),
            Need("iam:AttachUserPolicy", NEW_USER),
            Need("iam:CreateAccessKey", NEW_USER),
        ),
    ),
    Path(
        "own-9",
        End.EVERYTHING,
        "create a user, put an inline policy that allows everything on it, create an access key for it",
        (
            Need("iam:CreateUser", NEW_USER),
            Need("iam:PutUserPolicy", NEW_USER),
            Need("iam:CreateAccessKey", NEW_USER),
        ),
    ),
)

TAKES_OVER_OTHERS = (
    Path(
        "iam-002",
        End.OTHERS,
        "create an access key for another user",
        (Need("iam:CreateAccessKey", USER),),
        also=("Rhino 4",),
    ),
    Path(
        "iam-003",
        End.OTHERS,
        "delete an access key of a user that has two, create another",
        (Need("iam:CreateAccessKey", USER), Need("iam:DeleteAccessKey", USER)),
    ),
    Path(
        "iam-004",
        End.OTHERS,
        "set a console password for a user that has none",
        (Need("iam:CreateLoginProfile", USER),),
        also=("Rhino 5",),
    ),
    Path(
        "iam-006",
        End.OTHERS,
        "change another user's console password",
        (Need("iam:UpdateLoginProfile", USER),),
        also=("Rhino 6",),
    ),
    Path(
        "iam-012",
        End.OTHERS,
        "let a role trust it, assume that role",
        (Need("iam:UpdateAssumeRolePolicy", ROLE),),
        also=("Rhino 14",),
    ),
    Path(
        "iam-014",
        End.OTHERS,
        "attach AdministratorAccess to a role, assume it",
        (Need("iam:AttachRolePolicy", ROLE), Need("sts:AssumeRole", ROLE)),
    ),
    Path(
        "iam-015",
        End.OTHERS,
        "attach AdministratorAccess to another user, create an access key for it",
        (Need("iam:AttachUserPolicy", USER), Need("iam:CreateAccessKey", USER)),
    ),
    Path(
        "iam-016",
        End.OTHERS,
        "make a new version of a policy attached to a role, assume that role",
        (Need("iam:CreatePolicyVersion", POLICY), Need("sts:AssumeRole", ROLE)),
    ),
    Path(
        "iam-017",
        End.OTHERS,
        "put an inline policy that allows everything on a role, assume it",
        (Need("iam:PutRolePolicy", ROLE), Need("sts:AssumeRole", ROLE)),
    ),
    Path(
        "iam-018",
        End.OTHERS,
        "put an inline policy that allows everything on another user, create an access key for it",
        (Need("iam:PutUserPolicy", USER), Need("iam:CreateAccessKey", USER)),
    ),
    Path(
        "iam-019",
        End.OTHERS,
        "attach AdministratorAccess to a role, let it trust the caller, assume it",
        (Need("iam:AttachRolePolicy", ROLE), Need("iam:UpdateAssumeRolePolicy", ROLE)),
    ),
    Path(
        "iam-020",
        End.OTHERS,
        "make a new version of a policy attached to a role, let that role trust the caller, assume it",
        (Need("iam:CreatePolicyVersion", POLICY), Need("iam:UpdateAssumeRolePolicy", ROLE)),
    ),
    Path(
        "iam-021",
        End.OTHERS,
        "put an inline policy that allows everything on a role, let it trust the caller, assume it",
        (Need("iam:PutRolePolicy", ROLE), Need("iam:UpdateAssumeRolePolicy", ROLE)),
    ),
    Path(
        "sts-001",
        End.OTHERS,
        "assume every role of the account that trusts the account",
        (Need("sts:AssumeRole", ROLE),),
        severity=Severity.MEDIUM,
    ),
)
