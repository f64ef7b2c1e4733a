"""Reading the parameters that a command line asks for, with denials that say what would allow it."""

import re
from typing import TYPE_CHECKING, Final

from secrets_cli.errors import AccessDenied, AwsFailure, KeyUnusable

if TYPE_CHECKING:
    from secrets_cli.aws.target import Target
    from secrets_cli.secrets.environment.gather import Ask, Gathered

_DENIED: Final = re.compile(r"`(?P<action>ssm:Get\w+)` on `(?P<words>[^`]+)`")


def gathered(target: "Target", ask: "Ask") -> "Gathered":
    """The variables asked for. Raises as `secrets_cli.secrets.gather.gather`."""
    from secrets_cli.aws.parameters import ParameterStore
    from secrets_cli.aws.target import Connection
    from secrets_cli.cli.explaining import with_advice
    from secrets_cli.secrets.environment.gather import gather

    connection = Connection(target)
    try:
        return gather(ParameterStore(connection), ask)
    except (AccessDenied, KeyUnusable) as failure:
        raise with_advice(failure, connection, names_in_statement(failure)) from None


def names_in_statement(failure: AwsFailure) -> tuple[str, ...]:
    """The folder or parameters that the denied call was for, without selectors, as a statement's resources.

    None for a folder where KMS denied: which parameters in it the key's condition would have to name is not known.
    """
    call = _DENIED.search(failure.message)
    if call is None or (call["action"] == "ssm:GetParametersByPath" and "kms" in failure.message.lower()):
        return ()
    return tuple(word.partition(":")[0] for word in call["words"].split(", "))
