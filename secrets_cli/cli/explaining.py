"""Denials and unusable keys, said again with the action, the ARN, the side (SSM or KMS) and the statement to add."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from secrets_cli.errors import AccessDenied, AwsFailure, KeyUnusable, SecretsCliError

if TYPE_CHECKING:
    from secrets_cli.aws.target import Connection
    from secrets_cli.secrets.parameter_name import Place

_CALL = re.compile(r"`(?P<action>[a-z0-9-]+:[A-Za-z0-9]+)`")
_CALLER = re.compile(r"\barn:[a-z-]+:(?:iam|sts)::(?P<account>\d{12}):[^\s,]+")


@contextmanager
def explained(connection: "Connection", *names: str) -> Iterator[None]:
    """Re-word the denials raised inside; `names` are the parameters that the calls were for."""
    try:
        yield
    except (AccessDenied, KeyUnusable) as failure:
        raise with_advice(failure, connection, names) from None


def with_advice(failure: AwsFailure, connection: "Connection", names: tuple[str, ...]) -> AwsFailure:
    """The failure with what it takes to get past it; one that is no denial comes back as it is."""
    from secrets_cli.secrets.store.missing_grant import advice, denial

    call = _CALL.search(failure.message)
    is_denial = isinstance(failure, AccessDenied) or "not authorized to perform" in failure.message
    if not is_denial or call is None:
        return failure
    caller = _CALLER.search(failure.message)
    place = _place(connection, caller["account"] if caller else "")
    found = denial(failure.message, call["action"], names, place)
    to = f" to `{caller[0]}`" if caller else ""
    needed = f", which `{call['action']}` needs" if found.side == "KMS" else ""
    on = ", ".join(f"`{arn}`" for arn in found.resources[:3]) + (" and others" if len(found.resources) > 3 else "")
    message = f"AWS denied `{found.action}` on {on}{to}{needed} ({found.side} side)"
    return type(failure)(message, advice(found), failure.code)


def _place(connection: "Connection", account: str) -> "Place":
    """Where the call went; the account is asked of STS only where the denial does not tell it."""
    from secrets_cli.secrets.parameter_name import Place

    if not account:
        try:
            account = connection.account
        except SecretsCliError:
            account = "*"
    return Place(connection.partition, connection.region, account)
