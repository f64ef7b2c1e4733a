"""The policies of a deployment, as values: what the function's role and each reader role may do, and who may assume them.

The function's role may assume the reader roles, name the caller as the source identity, and write its own log. A reader
role may be assumed by the function's role alone, as one of the callers it is for, and may read what its grant says.

`sts:SourceIdentity` is required of both actions, which are asked in one call: a handler that took the wrong reader role for
a caller, or named no caller, would be refused by STS.
Sources: https://docs.aws.amazon.com/rolesanywhere/latest/userguide/trust-model.html (the same statement, by AWS),
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#ck_sourceidentity
"""

from dataclasses import replace

from secrets_cli.broker.desired import Deployment, Mode, Reader
from secrets_cli.errors import ConfigurationError
from secrets_cli.iam.model import (
    ConditionTerm,
    Effect,
    Element,
    Operator,
    Policy,
    PrincipalElement,
    PrincipalEntry,
    Statement,
)
from secrets_cli.iam.render import render_policy
from secrets_cli.secrets.parameter_name import Place
from secrets_cli.secrets.policies.least_privilege import Covered, as_policy, reader_statements

_LONGEST_INLINE = 10_240
"""Characters of all inline policies of a role, white space left out: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html"""
_LONGEST_TRUST = 2_048
_FOLDERS = "grant folders in place of single names, or use more than one stack"
READ = ("ssm:GetParameter", "ssm:GetParameters")
"""One name is read by the one, several at once by the other."""
ASSUME = ("sts:AssumeRole", "sts:SetSourceIdentity")
WRITE_LOG = ("logs:CreateLogStream", "logs:PutLogEvents")


def function_policy(deployment: Deployment) -> Policy:
    """What the function's role may do. No ssm and no kms in any mode; no sts where the function reads nothing itself."""
    log = Statement(
        Effect.ALLOW, Element(WRITE_LOG), Element((f"{deployment.log_group_arn}:log-stream:*",)), sid="WriteOwnLog"
    )
    if deployment.settings.mode is not Mode.BROKER:
        return as_policy([log], "FunctionPolicy")
    readers = Element(tuple(reader.arn for reader in deployment.readers))
    assume = Statement(Effect.ALLOW, Element(ASSUME), readers, sid="AssumeReaders")
    return _checked(as_policy([assume, log], "FunctionPolicy"), _LONGEST_INLINE, "the function's role")


def function_trust() -> Policy:
    """Who may assume the function's role: Lambda."""
    service = PrincipalElement((PrincipalEntry("Service", "lambda.amazonaws.com"),))
    return as_policy([Statement(Effect.ALLOW, Element(("sts:AssumeRole",)), principal=service)], "FunctionTrust")


def reader_policy(reader: Reader, place: Place) -> Policy:
    """What a reader role may do: to read the parameters its grant names, one or ten at a time, and kms:Decrypt for just that.

    Raises ConfigurationError where this passes IAM's limit of length.
    """
    statements = [
        statement
        for item, keys in reader.keys
        for statement in reader_statements(covered(item, place), keys, by_path=False)
    ]
    each = [one for one in statements if one.action.values[0].startswith("ssm:")]
    resources = Element(tuple(value for one in each for value in _resources(one)))
    read = Statement(Effect.ALLOW, Element(reads(reader)), resources, sid="ReadParameters")
    return _checked(as_policy([read, *_uses_of_keys(statements)]), _LONGEST_INLINE, f"the role `{reader.role_name}`")


def reader_trust(reader: Reader, deployment: Deployment) -> Policy:
    """Who may assume a reader role: the function's role, for the callers that the reader is for."""
    terms: tuple[ConditionTerm, ...] = ()
    if reader.sources:
        terms = (ConditionTerm(Operator("StringEquals"), "sts:SourceIdentity", reader.sources),)
    function = PrincipalElement((PrincipalEntry("AWS", deployment.role_arn),))
    statement = Statement(Effect.ALLOW, Element(ASSUME), principal=function, conditions=terms, sid="FunctionOnly")
    return _checked(
        as_policy([statement]),
        _LONGEST_TRUST,
        f"the trust policy of `{reader.role_name}`, for {len(reader.sources)} callers,",
        "let them assume one role and grant that, or use more than one stack",
    )


def reads(reader: Reader) -> tuple[str, ...]:
    """The actions a reader role reads by: where there is but one name to read, none for several."""
    return READ if reader.paths or len(reader.names) > 1 else READ[:1]


def covered(item: str, place: Place) -> Covered:
    """A name, or a path with a slash at its end, as what a policy is for."""
    return Covered(place, path=item.rstrip("/")) if item.endswith("/") else Covered(place, name=item)


def _uses_of_keys(statements: list[Statement]) -> list[Statement]:
    """The kms statements, those for the same keys as one."""
    merged: dict[tuple[str, ...], list[Statement]] = {}
    for one in statements:
        if one.action.values == ("kms:Decrypt",):
            merged.setdefault(_resources(one), []).append(one)
    return [
        _merged(same, f"DecryptParameters{number if number > 1 else ''}")
        for number, same in enumerate(merged.values(), start=1)
    ]


def _merged(same: list[Statement], sid: str) -> Statement:
    """One statement for what several say of the same keys: they differ in the encryption context alone."""
    via, context = same[0].conditions
    values = tuple(value for one in same for value in one.conditions[1].values)
    any_path = any(one.conditions[1].operator.base == "StringLike" for one in same)
    operator = Operator("StringLike" if any_path else "StringEquals")
    return replace(same[0], conditions=(via, replace(context, operator=operator, values=values)), sid=sid)


def _resources(statement: Statement) -> tuple[str, ...]:
    # INVARIANT: these are identity statements, each with a Resource.
    assert statement.resource is not None
    return statement.resource.values


def _checked(policy: Policy, limit: int, what: str, remedy: str = _FOLDERS) -> Policy:
    size = len(render_policy(policy, indent=None))
    if size > limit:
        raise ConfigurationError(
            f"{what} needs a policy of {size} characters, and IAM takes {limit}",
            remedy,
        )
    return policy
