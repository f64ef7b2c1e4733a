"""What Parameter Store refuses to write or label, said with its reason and the way out.

Its texts quote names and numbers at most where this module reads them; none is passed on, as the validation errors among
them may quote a value.
Source: https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html#API_PutParameter_Errors
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from secrets_cli import errors

TIER_IS_ADVANCED: Final = "TierIsAdvanced"
"""Our code for AWS's ValidationException "You can't downgrade a parameter from the advanced-parameter tier"."""
OLDEST_IS_LABELLED: Final = "ParameterMaxVersionLimitExceeded"
_OLDEST = re.compile(r"[Vv]ersion (\d+),? the oldest version")
JUST_DELETED: Final = "a name that was deleted can be created again after 30 seconds: wait, then run again"


@contextmanager
def refused_write(name: str) -> Iterator[None]:
    """Turn the SDK's errors that are particular to PutParameter into ours; all others pass."""
    with _turned(lambda code, text: _write_refusal(name, code, text)):
        yield


@contextmanager
def refused_label(name: str, version: int) -> Iterator[None]:
    """Turn the SDK's errors that are particular to LabelParameterVersion into ours; all others pass."""
    with _turned(lambda code, _: _label_refusal(name, version, code)):
        yield


@contextmanager
def _turned(refusal: Callable[[str, str], errors.SecretsCliError | None]) -> Iterator[None]:
    try:
        yield
    except Exception as error:
        answer = getattr(error, "response", None)
        told = answer.get("Error", {}) if isinstance(answer, dict) else {}
        ours = refusal(str(told.get("Code", "")), str(told.get("Message", "")))
        if ours is None:
            raise
        raise ours from None


def _write_refusal(name: str, code: str, text: str) -> errors.SecretsCliError | None:
    if code == OLDEST_IS_LABELLED:
        return _oldest_is_labelled(name, text)
    if code == "ValidationException" and "downgrade" in text:
        return errors.AwsFailure(
            f"`{name}` is in the advanced tier, and no parameter goes back to standard",
            "give `--tier advanced`, or delete it and create it anew",
            TIER_IS_ADVANCED,
        )
    if code == "ParameterAlreadyExists":
        return errors.AlreadyThere(
            f"`{name}` is there already, and nothing was written",
            f"without `--no-overwrite` this becomes a new version; {JUST_DELETED}",
            code,
        )
    if code == "TooManyUpdates":
        return errors.Throttled(
            f"`{name}` is being written by somebody else, or was deleted a moment ago ({code})", JUST_DELETED, code
        )
    if code in _PLAIN:
        message, advice = _PLAIN[code]
        return errors.AwsFailure(f"`{name}` was not written: {message} ({code})", advice, code)
    return None


def _oldest_is_labelled(name: str, text: str) -> errors.AwsFailure:
    found = _OLDEST.search(text)
    oldest = f"version {found[1]}, the oldest," if found else "the oldest version"
    return errors.AwsFailure(
        f"`{name}` was not written: it has 100 versions, and {oldest} is not dropped for a new one as it has a label",
        f"see the label with `secrets-cli secret history {name}`, then move it: "
        f"`secrets-cli secret label {name} move LABEL`",
        OLDEST_IS_LABELLED,
    )


def _label_refusal(name: str, version: int, code: str) -> errors.SecretsCliError | None:
    if code != "ParameterVersionLabelLimitExceeded":
        return None
    return errors.AwsFailure(
        f"version {version} of `{name}` would have more than 10 labels",
        f"take one off first: `secrets-cli secret label {name} remove LABEL --version {version}`",
        code,
    )


_PLAIN = {
    "HierarchyTypeMismatchException": (
        "it is there with another type, and the type of a parameter cannot change",
        "choose another name, or keep a copy (`secrets-cli secret delete NAME --backup FILE`) and create it anew",
    ),
    "InvalidAllowedPatternException": (
        "the value does not match the allowed pattern, or the pattern is not understood",
        "AWS reads the pattern as Java does and matches the whole value",
    ),
    "ParameterPatternMismatchException": ("AWS does not take the name or the value's form", "check both"),
    "ParameterLimitExceeded": (
        "the account has as many parameters in this region as it may (10,000 standard, 100,000 advanced)",
        "delete some, or give `--tier advanced` ($0.05 a month each)",
    ),
    "InvalidPolicyTypeException": ("AWS does not know a policy of this type", ""),
    "InvalidPolicyAttributeException": ("AWS does not take the expiry or the notice", "check the times given"),
    "IncompatiblePolicyException": ("the expiry and the notices contradict each other", "check the times given"),
    "PoliciesLimitExceededException": ("it would have more than 10 policies", ""),
}
