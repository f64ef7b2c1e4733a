"""Access keys of an IAM user among environment variables."""

import re
from typing import Final

from secrets_cli.inputs.found import UNKNOWN, VariableAt
from secrets_cli.secrets.audit.literal import Form, form_of

_KEY_ID: Final = re.compile(r"AKIA[A-Z2-7]{16}")
_NAMES: Final = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")


def is_long_lived_key(variable: VariableAt) -> bool:
    """Whether the variable holds an access key's id, or is the one that the SDK takes half of a key from.

    References and placeholders are none, nor are the keys in AWS's documentation, which say EXAMPLE.
    """
    value = variable.value.strip()
    if UNKNOWN in value or form_of(value) in (Form.EMPTY, Form.REFERENCE, Form.PLACEHOLDER):
        return False
    return variable.name in _NAMES or _KEY_ID.fullmatch(value) is not None
