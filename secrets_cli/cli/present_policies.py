"""Whose present policies are which: `--principal`, `--policy`, `--account-details` and `--all-roles` taken together."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from secrets_cli.errors import ConfigurationError

if TYPE_CHECKING:
    from secrets_cli.aws.target import Target
    from secrets_cli.iam.model import Policy
    from secrets_cli.inputs.found import Unresolved
    from secrets_cli.narrow.configuration import Configuration

_PRINCIPAL = re.compile(r"arn:[^:]+:iam::[^:]*:(role|user)/.+")
_SESSION = re.compile(r"arn:[^:]+:sts::[^:]*:assumed-role/.+")
_OF_PRINCIPAL = re.compile(r"(?P<arn>arn:[^:]+:(?:iam|sts)::[^:]*:[^/]+/[^=]*)=")
_LARGEST_DETAILS = 1 << 30


@dataclass(frozen=True, slots=True)
class PresentPolicies:
    """The principals to narrow, in order, each with its present policies."""

    policies: "Mapping[str, tuple[Policy, ...]]"
    unresolved: "Mapping[str, tuple[Unresolved, ...]]" = field(default_factory=lambda: MappingProxyType({}))
    """What of a principal's policies could not be told: it must not be narrowed."""
    named: frozenset[str] = frozenset()
    """Those that the command line names: the others were taken because they are in the account."""


@dataclass(frozen=True, slots=True)
class ConfigurationSources:
    """Where the configurations of functions are to be had."""

    files: Sequence[str] = ()
    """Of `--function-config`."""
    functions: Sequence[str] = ()
    """Names or ARNs of functions to ask Lambda about."""
    zappa_settings: Path | None = None
    stage: str | None = None
    """Of the Zappa settings; None: those of the principals."""


def present_policies(
    principals: Sequence[str], policies: Sequence[str], account: Path | None, *, all_roles: bool
) -> PresentPolicies:
    """The principals asked for and their policies.

    Raises ConfigurationError where a principal is no ARN of a role or user, comes twice, has no policy or two sources of them,
    or a policy is of none of the principals; and as the readers of the files do.
    """
    _refuse_odd(principals, account, all_roles=all_roles)
    given = _given(principals, policies)
    if account is None:
        _refuse_missing(principals, given)
        return PresentPolicies(given, named=frozenset(principals))
    return _of_account(principals, given, account, all_roles=all_roles)


def configurations_of(
    principals: Sequence[str], sources: ConfigurationSources, target: "Target"
) -> "tuple[Configuration, ...]":
    """The function configurations: `FILE`, or `ARN=FILE` for a document that does not say whose it is; those that Lambda answers
    for functions; and those of the Zappa stages that run as one of the principals.

    Raises ConfigurationError for a document that is of no role where there are several principals, and for a function that runs
    as none of the principals; and as the readers and `secrets_cli.aws.function_configuration`.
    """
    from dataclasses import replace

    from secrets_cli.cli.reading import read_text
    from secrets_cli.cli.zappa_configurations import zappa_configurations
    from secrets_cli.narrow.configuration import parse_configurations, with_roles

    found: list[Configuration] = []
    for text in sources.files:
        owner, path = _owned(text, principals)
        read = parse_configurations(read_text(path), str(path))
        found += [replace(one, role=owner) if owner and not one.role else one for one in read]
    for function in sources.functions:
        found += _of_function(function, principals, target)
    known = with_roles((*found, *zappa_configurations(sources.zappa_settings, sources.stage, principals)))
    for one in known:
        if not one.role and len(principals) > 1:
            raise ConfigurationError(
                f"`{one.name}` does not say which role it is of",
                "write `--function-config ARN=FILE` with the role's ARN",
            )
    return known


def _of_function(function: str, principals: Sequence[str], target: "Target") -> "Sequence[Configuration]":
    from secrets_cli.aws.function_configuration import configuration_documents
    from secrets_cli.aws.target import Connection
    from secrets_cli.narrow.configuration import parse_configurations

    found = parse_configurations(configuration_documents(Connection(target), function), function)
    role = found[0].role
    if role not in principals:
        asked = " nor ".join(f"`{principal}`" for principal in principals)
        raise ConfigurationError(
            f"the function `{function}` runs as `{role}`, not as {asked}",
            "leave `--function` out, or name its role with `--principal`",
        )
    return found


def _refuse_odd(principals: Sequence[str], account: Path | None, *, all_roles: bool) -> None:
    if all_roles and account is None:
        raise ConfigurationError(
            "`--all-roles` needs the policies of all roles",
            "give `--account-details` with the output of `aws iam get-account-authorization-details`",
        )
    if not principals and not all_roles:
        raise ConfigurationError("no principal was named", "give `--principal ARN`, or `--all-roles`")
    for number, arn in enumerate(principals):
        if arn in principals[:number]:
            raise ConfigurationError(f"`--principal {arn}` is given twice", "name each principal once")
        if _SESSION.fullmatch(arn):
            role = arn.replace(":sts:", ":iam:").replace(":assumed-role/", ":role/").rpartition("/")[0]
            raise ConfigurationError(f"`{arn}` is a session", f"name its role: `{role}`, or with the role's path")
        if not _PRINCIPAL.fullmatch(arn):
            raise ConfigurationError(
                f"`{arn}` is no ARN of a role or user",
                "write `arn:aws:iam::ACCOUNT:role/NAME`; `usage scan` lists the principals in the logs",
            )


def _given(principals: Sequence[str], policies: Sequence[str]) -> "dict[str, tuple[Policy, ...]]":
    """The policies of `--policy`, by principal; principals without one are left out."""
    from secrets_cli.cli.reading import policies_in

    paths: dict[str, list[Path]] = {}
    for text in policies:
        owner, path = _owned(text, principals)
        if not owner and len(principals) != 1:
            raise ConfigurationError(
                f"`--policy {text}` does not say whose policy it is",
                "write `--policy ARN=FILE` with the principal's ARN",
            )
        paths.setdefault(owner or principals[0], []).append(path)
    return {arn: policies_in(paths[arn]) for arn in principals if arn in paths}


def _owned(text: str, principals: Sequence[str]) -> tuple[str, Path]:
    """The principal and the file of `[ARN=]FILE`. A name may hold `=`, so the principals are tried first."""
    for arn in sorted(principals, key=len, reverse=True):
        if text.startswith(f"{arn}="):
            return arn, Path(text[len(arn) + 1 :])
    if other := _OF_PRINCIPAL.match(text):
        raise ConfigurationError(
            f"`{other['arn']}` is none of the principals that were named",
            "add `--principal` for it, or correct the ARN",
        )
    return "", Path(text)


def _refuse_missing(principals: Sequence[str], given: "Mapping[str, tuple[Policy, ...]]") -> None:
    for arn in principals:
        if arn not in given:
            form = "FILE" if len(principals) == 1 else "ARN=FILE"
            raise ConfigurationError(
                f"the present policies of `{arn}` are missing", f"give `--policy {form}`, or `--account-details FILE`"
            )


def _of_account(
    principals: Sequence[str], given: "dict[str, tuple[Policy, ...]]", account: Path, *, all_roles: bool
) -> PresentPolicies:
    from secrets_cli.cli.reading import read_text
    from secrets_cli.inputs.account_details import account_principals, account_roles
    from secrets_cli.inputs.document_text import read_document

    name = str(account)
    document = read_document(read_text(account, _LARGEST_DETAILS), name)
    roles = account_roles(document, name) if all_roles else ()
    asked = tuple(dict.fromkeys((*principals, *roles)))
    policies, unresolved = dict(given), {}
    for one in account_principals(document, name, frozenset(asked)):
        if one.arn in given:
            raise ConfigurationError(
                f"the policies of `{one.arn}` are in `{name}` and in `--policy`", "leave out `--policy` for it"
            )
        policies[one.arn] = tuple(at.policy for at in one.policies)
        if one.unresolved:
            unresolved[one.arn] = one.unresolved
    for arn in principals:
        if arn not in policies:
            raise ConfigurationError(
                f"`{arn}` is not in `{name}`", "correct the ARN, or give its policies: `--policy ARN=FILE`"
            )
    return PresentPolicies({arn: policies[arn] for arn in asked}, unresolved, frozenset(principals))
