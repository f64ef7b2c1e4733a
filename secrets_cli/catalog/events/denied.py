"""What a refused call asked for, read off `errorMessage`: such a record often has no parameters.

The messages differ by service and age: the resource may be missing, quoted, bracketed, an IAM word (`user bob`) or
cut off at one kilobyte. https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
"""

import re
from dataclasses import dataclass

_CODES = frozenset(
    {
        "accessdenied",
        "accessdeniedexception",
        "unauthorizedoperation",
        "client.unauthorizedoperation",
        "authorizationerror",
        "authorizationerrorexception",
        "accessdeniedfault",
        "notauthorized",
        "notauthorizedexception",
        "unauthorizedexception",
        "unauthorized",
        "forbiddenexception",
        "kms.accessdeniedexception",
    }
)
_NAME = r"(?P<action>[A-Za-z0-9-]+:[A-Za-z0-9]+)"
_ACTION = (
    re.compile(
        r"not authorized to perform:?\s+(?:the\s+)?(?:action:?\s*|actions?:?\s*)?[\[(\"'`]*" + _NAME, re.IGNORECASE
    ),
    re.compile(
        r"(?:no|allows?|denies|deny in an?|requires) [^.]*?(?:the )[\"'`]?" + _NAME + r"[\"'`]? (?:action|permission)",
        re.IGNORECASE,
    ),
    re.compile(
        r"(?:does not have|lacks?|missing|need)s? (?:the )?(?:required )?(?:permissions?:?|access to)?\s*[\"'`(]*"
        + _NAME,
        re.IGNORECASE,
    ),
)
_RESOURCE = re.compile(
    r"on (?:the )?(?:following )?resources?:?\s*[\[(\"'`]*"
    r"(?P<resource>arn:[^\s\"'`\])]+|\*|[A-Za-z-]+ [^\s\"'`\])]+|[^\s\"'`\])]+)",
    re.IGNORECASE,
)
_IAM_WORD = {
    "user": "user",
    "role": "role",
    "group": "group",
    "policy": "policy",
    "instance-profile": "instance-profile",
    "instance": "instance-profile",
    "server": "server-certificate",
    "mfa": "mfa",
}


@dataclass(frozen=True, slots=True)
class Refusal:
    """What the message says."""

    action: str
    """As written, in any case (`SNS:Publish`, `sqs:sendmessage`)."""
    resource: str
    """An ARN, `*`, or empty where the message names none that can be used."""


def is_denial(error_code: str, error_message: str) -> bool:
    """Whether the call was refused for want of permission, rather than failed for another reason."""
    code = error_code.lower()
    if code in _CODES or code.endswith(("accessdenied", "accessdeniedexception", "unauthorizedoperation")):
        return True
    return "not authorized to perform" in error_message


def refusal(error_message: str, partition: str, account: str) -> Refusal | None:
    """Action and resource of the message, or None where it names no action."""
    for expression in _ACTION:
        found = expression.search(error_message)
        if found is not None:
            return Refusal(
                found["action"], _resource(error_message[found.end() :], found["action"], partition, account)
            )
    return None


def _resource(rest: str, action: str, partition: str, account: str) -> str:
    found = _RESOURCE.search(rest)
    if found is None:
        return ""
    written = found["resource"]
    if written == "*":
        return written
    if written.startswith("arn:"):
        return _without_trailing_dot(written)
    kind, _, name = written.partition(" ")
    if name and action.lower().startswith("iam:") and kind.lower() in _IAM_WORD and name != "because":
        return f"arn:{partition or 'aws'}:iam::{account or '*'}:{_IAM_WORD[kind.lower()]}/{name.lstrip('/')}"
    return ""


def _without_trailing_dot(arn: str) -> str:
    """The sentence's own punctuation goes; what else an ARN ends with stays."""
    return arn.rstrip(".,;")
