"""The least a reader, a writer or a rotator of SecureString parameters needs, as policy statements.

What is decided here, and why:

- An ARN has the parameter's name without its leading slash (`Place.parameter_arn`); `parameter//a/b` never matches.
- A reader of one parameter gets ssm:GetParameter alone. A reader of a path gets ssm:GetParameter and ssm:GetParameters on
  all below it, and ssm:GetParametersByPath on the path itself and below: a call is authorised on the path it names, with
  the slash that may stand at its end, so neither `/a/b` nor `/a/b/*` alone covers every way to ask. ssm:Recursive is not
  limited: a recursive call returns what is below the path, all of which the reader may have one by one.
- A writer gets no Get action and no kms:Decrypt. kms:Encrypt is what a standard parameter needs, kms:GenerateDataKey an
  advanced one. A create-only writer may call with `Overwrite` false alone.
- A rotator reads and writes, and moves labels.
- Every use of the key is bound to Parameter Store of the region (kms:ViaService) and to the ARN that Parameter Store puts
  into the encryption context (PARAMETER_ARN).
- Never ssm:GetParameterHistory (it returns current and old values), ssm:DescribeParameters (it shows every name of the
  account), `ssm:Get*` or a wildcard in an action.

Sources: https://docs.aws.amazon.com/kms/latest/developerguide/services-parameter-store.html,
https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParametersByPath.html,
https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssystemsmanager.html
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from secrets_cli.errors import ConfigurationError
from secrets_cli.iam.model import ConditionTerm, Effect, Element, Operator, Policy, Statement
from secrets_cli.secrets.parameter_name import Place

VIA_SERVICE = "kms:ViaService"
PARAMETER_CONTEXT = "kms:EncryptionContext:PARAMETER_ARN"


@dataclass(frozen=True, slots=True)
class Covered:
    """What a policy is for: one parameter, or everything under a path. Exactly one of `name` and `path` is given.

    Raises ConfigurationError otherwise.
    """

    place: Place
    name: str = ""
    """Of the one parameter, as Parameter Store has it."""
    path: str = ""
    """`/` or `/a/b`, without a slash at its end."""

    def __post_init__(self) -> None:
        if bool(self.name) is bool(self.path):
            raise ConfigurationError("a policy is for one parameter or for one path", "give either")

    @property
    def parameters(self) -> str:
        """The ARN of the parameter, or the pattern of the ARNs of all parameters under the path."""
        if self.name:
            return self.place.parameter_arn(self.name)
        return f"{self.place.parameter_arn(self.path.rstrip('/'))}/*" if self.path != "/" else f"{self.path_arn}*"

    @property
    def path_arn(self) -> str:
        """The ARN on which GetParametersByPath for the path is authorised. Only asked of a path."""
        # INVARIANT: `path` is given.
        assert self.path
        return self.place.parameter_arn(self.path)

    def __str__(self) -> str:
        """As it is named in messages: `/a/b`, or `/a/b/*` for a path."""
        return self.name or f"{self.path.rstrip('/')}/*"


def reader_statements(covered: Covered, key_arns: tuple[str, ...], *, by_path: bool = True) -> tuple[Statement, ...]:
    """What reading takes, at current, older and labelled versions (all but the history).

    `key_arns` are ARNs of KMS keys, at least one; `by_path` includes GetParametersByPath where a path is covered.
    """
    return (*_reads(covered, by_path), _use_of_key("DecryptThroughParameterStore", ("kms:Decrypt",), covered, key_arns))


def writer_statements(
    covered: Covered, key_arns: tuple[str, ...], *, create_only: bool = False
) -> tuple[Statement, ...]:
    """What writing takes, without reading; with `create_only` an existing parameter cannot be overwritten."""
    return (
        _writes(covered, create_only),
        _use_of_key("EncryptThroughParameterStore", ("kms:Encrypt", "kms:GenerateDataKey"), covered, key_arns),
    )


def rotator_statements(covered: Covered, key_arns: tuple[str, ...]) -> tuple[Statement, ...]:
    """What replacing values takes: read one by one, write, and move labels to the new version."""
    return (
        *_reads(covered, by_path=False),
        _writes(covered, create_only=False),
        _allow("MoveLabels", ("ssm:LabelParameterVersion",), (covered.parameters,)),
        _use_of_key(
            "UseKeyThroughParameterStore", ("kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"), covered, key_arns
        ),
    )


def as_policy(statements: Iterable[Statement], name: str = "") -> Policy:
    """The statements as one policy of version 2012-10-17, numbered in their order."""
    return Policy(tuple(replace(one, index=number) for number, one in enumerate(statements)), name=name)


def parameter_store_of(place: Place) -> tuple[str, ...]:
    """What kms:ViaService holds where Parameter Store of the region calls KMS.

    In China both spellings of the service are given: which one AWS sends there is not documented, and nobody but AWS can
    send either.
    """
    service = f"ssm.{place.region}.amazonaws.com"
    return (service, f"{service}.cn") if place.partition == "aws-cn" else (service,)


def _reads(covered: Covered, by_path: bool) -> tuple[Statement, ...]:
    if covered.name:
        return (_allow("ReadParameter", ("ssm:GetParameter",), (covered.parameters,)),)
    one_by_one = _allow("ReadParameters", ("ssm:GetParameter", "ssm:GetParameters"), (covered.parameters,))
    if not by_path:
        return (one_by_one,)
    whole = (covered.path_arn, covered.parameters)
    return one_by_one, _allow("ReadByPath", ("ssm:GetParametersByPath",), whole)


def _writes(covered: Covered, create_only: bool) -> Statement:
    if not create_only:
        return _allow(
            "WriteParameters" if covered.path else "WriteParameter", ("ssm:PutParameter",), (covered.parameters,)
        )
    condition = ConditionTerm(Operator("StringEquals"), "ssm:Overwrite", ("false",))
    sid = "CreateParameters" if covered.path else "CreateParameter"
    return _allow(sid, ("ssm:PutParameter",), (covered.parameters,), (condition,))


def _use_of_key(sid: str, actions: tuple[str, ...], covered: Covered, key_arns: tuple[str, ...]) -> Statement:
    if not key_arns:
        raise ConfigurationError(f"no KMS key is known for `{covered}`", "give its ARN")
    like = "StringLike" if covered.path else "StringEquals"
    conditions = (
        ConditionTerm(Operator("StringEquals"), VIA_SERVICE, parameter_store_of(covered.place)),
        ConditionTerm(Operator(like), PARAMETER_CONTEXT, (covered.parameters,)),
    )
    return _allow(sid, actions, key_arns, conditions)


def _allow(
    sid: str, actions: tuple[str, ...], resources: tuple[str, ...], conditions: tuple[ConditionTerm, ...] = ()
) -> Statement:
    return Statement(Effect.ALLOW, Element(actions), Element(resources), conditions=conditions, sid=sid)
