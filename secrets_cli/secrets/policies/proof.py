"""A least-privilege policy and its proof: what it is for is allowed, and every neighbour of that is denied.

The proof is a list of requests, each asked of `secrets_cli.iam.evaluate` with the policy as the caller's only one. The key's
policy is taken to leave the decision to IAM, as the one that `key create` writes does; for a caller of another account the
parameter's and the key's policy that are needed beside it are made too, and take part in the proof.

A parameter can be shared with other accounts for reading only, one by one and not by path, in the advanced tier.
Source: https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-shared-parameters.html
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import Enum

from secrets_cli.errors import ConfigurationError
from secrets_cli.iam.arn import Arn, parse_arn
from secrets_cli.iam.decision import Decision
from secrets_cli.iam.evaluate import evaluate
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
from secrets_cli.iam.request import ContextValue, PolicySet, Request
from secrets_cli.secrets.access.routes import KEY_POLICY, PARAMETER_POLICY
from secrets_cli.secrets.policies.least_privilege import (
    PARAMETER_CONTEXT,
    VIA_SERVICE,
    Covered,
    as_policy,
    parameter_store_of,
    reader_statements,
    rotator_statements,
    writer_statements,
)
from secrets_cli.secrets.policies.requests import Expected, expected_requests


class Duty(Enum):
    """What the policy's holder is to do."""

    READER = "reader"
    WRITER = "writer"
    ROTATOR = "rotator"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a policy is asked for."""

    duty: Duty
    covered: Covered
    key_arns: tuple[str, ...]
    principal: str
    """ARN of a user or role."""
    create_only: bool = False
    """Of a writer: existing parameters cannot be overwritten."""

    @property
    def across(self) -> bool:
        """Whether the principal is of another account than the parameter."""
        arn = parse_arn(self.principal)
        return arn is not None and arn.account != self.covered.place.account


@dataclass(frozen=True, slots=True)
class Proven:
    """One request and what was decided."""

    expected: Expected
    decision: Decision

    @property
    def holds(self) -> bool:
        """Whether it was decided as it should be."""
        return self.decision.allowed is self.expected.allowed


@dataclass(frozen=True, slots=True)
class Made:
    """The policy, what it needs beside it, and the proof."""

    wanted: Wanted
    policy: Policy
    parameter_policy: Policy | None
    """For another account's principal: what must stand on the parameter."""
    key_statement: Policy | None
    """For another account's principal: what must be added to the key policy."""
    proof: tuple[Proven, ...]

    @property
    def holds(self) -> bool:
        """Whether every request was decided as it should be."""
        return all(one.holds for one in self.proof)


def checked_principal(text: str) -> str:
    """The ARN of a user or role; a role's session is its role.

    Raises ConfigurationError for anything else: a policy is attached to a user or a role.
    """
    arn = parse_arn(text)
    if arn is not None and arn.account.isdigit():
        if arn.service == "iam" and arn.resource.startswith(("user/", "role/")):
            return text
        if arn.service == "sts" and arn.resource.startswith("assumed-role/"):
            # The session's ARN has not the role's path; where there is one, the role's own ARN says it.
            return str(Arn(arn.partition, "iam", "", arn.account, f"role/{arn.resource.split('/')[1]}"))
    raise ConfigurationError(f"`{text}` is not the ARN of a user or role", "give arn:aws:iam::ACCOUNT:role/NAME")


def make(wanted: Wanted) -> Made:
    """The policy and its proof.

    Raises ConfigurationError where no policy can give it: another account can only be let read.
    """
    if wanted.across and wanted.duty is not Duty.READER:
        raise ConfigurationError(
            f"a {wanted.duty.value} of another account is not possible: parameters are shared for reading only",
            f"make a role in account {wanted.covered.place.account} that the principal may assume, and name that",
        )
    policy = as_policy(_statements(wanted), f"{wanted.duty.value} of {wanted.covered}")
    parameter = _share(wanted) if wanted.across else None
    key = _key_policy(wanted)
    proof = tuple(Proven(one, evaluate(one.request, _met_by(one, policy, parameter, key))) for one in _requests(wanted))
    return Made(wanted, policy, parameter, key if wanted.across else None, proof)


def _statements(wanted: Wanted) -> tuple[Statement, ...]:
    covered, keys = wanted.covered, wanted.key_arns
    match wanted.duty:
        case Duty.READER:
            return reader_statements(covered, keys, by_path=not wanted.across)
        case Duty.WRITER:
            return writer_statements(covered, keys, create_only=wanted.create_only)
        case Duty.ROTATOR:
            return rotator_statements(covered, keys)


def _requests(wanted: Wanted) -> Iterator[Expected]:
    """The requests of the proof; one key stands for all where there are several, and each is asked for by itself."""
    may = {
        Duty.READER: frozenset({"read", "by-path"} - ({"by-path"} if wanted.across else set())),
        Duty.WRITER: frozenset({"create"} | (set() if wanted.create_only else {"overwrite"})),
        Duty.ROTATOR: frozenset({"read", "create", "overwrite", "label"}),
    }[wanted.duty]
    for number, key in enumerate(wanted.key_arns):
        yield from expected_requests(wanted.covered, key, wanted.principal, may, with_parameter=number == 0)


def _met_by(expected: Expected, policy: Policy, parameter: Policy | None, key: Policy) -> PolicySet:
    """The policies that a request meets: the key's on a key, the parameter's on the parameter it stands on."""
    of_key = expected.request.action.startswith("kms:")
    on = key if of_key else parameter
    return PolicySet(identity=(policy,), resource=on, resource_is_known=True)


def _key_policy(wanted: Wanted) -> Policy:
    """Within an account the delegation to IAM; for another account the statement that lets the principal decrypt."""
    place = wanted.covered.place
    if not wanted.across:
        root = f"arn:{place.partition}:iam::{place.account}:root"
        return _on("EnableIamPolicies", root, ("kms:*",), "*", (), KEY_POLICY)
    like = "StringLike" if wanted.covered.path else "StringEquals"
    conditions = (
        ConditionTerm(Operator("StringEquals"), VIA_SERVICE, parameter_store_of(place)),
        ConditionTerm(Operator(like), PARAMETER_CONTEXT, (wanted.covered.parameters,)),
    )
    return _on("DecryptFromAnotherAccount", wanted.principal, ("kms:Decrypt",), "*", conditions, KEY_POLICY)


def _share(wanted: Wanted) -> Policy:
    """What must stand on each parameter. Of a path: on every parameter by itself, with its own ARN."""
    actions = ("ssm:GetParameter", "ssm:GetParameters") if wanted.covered.path else ("ssm:GetParameter",)
    return _on("ShareForReading", wanted.principal, actions, wanted.covered.parameters, (), PARAMETER_POLICY)


def _on(
    sid: str, principal: str, actions: tuple[str, ...], resource: str, conditions: tuple[ConditionTerm, ...], name: str
) -> Policy:
    entry = PrincipalElement((PrincipalEntry("AWS", principal),))
    statement = Statement(Effect.ALLOW, Element(actions), Element((resource,)), entry, conditions, sid)
    return replace(as_policy((statement,)), name=name)


def words(context: Mapping[str, ContextValue]) -> str:
    """The context of a request in a line."""
    return ", ".join(
        f"{key} = {value if isinstance(value, str) else ' '.join(value)}" for key, value in context.items()
    )


def request_words(request: Request) -> str:
    """The request in a line: action, resource, context."""
    return f"{request.action} on {request.resource}" + (f" with {words(request.context)}" if request.context else "")
