"""What may go wrong behind getSecret, and the one right answer to each: the real SDK, on an AWS that answers as told."""

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tests.get_secret_events import Context, ask
from tests.get_secret_run import CANARY, Answered, Ran, ToldAws, invoke, told

_TOKEN = "session-token-" + CANARY


def assumed(seconds: float = 900.0) -> Answered:
    """What STS answers to AssumeRole."""
    until = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + seconds))
    parts = f"<AccessKeyId>ASIAREADER</AccessKeyId><SecretAccessKey>secret-key-{CANARY}</SecretAccessKey>"
    parts += f"<SessionToken>{_TOKEN}</SessionToken><Expiration>{until}</Expiration>"
    inside = f"<AssumeRoleResult><Credentials>{parts}</Credentials></AssumeRoleResult>"
    return Answered(
        200, f'<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">{inside}</AssumeRoleResponse>'
    )


def sts_error(code: str, status: int = 403) -> Answered:
    """An error of STS; its text holds the canary."""
    error = f"<Error><Type>Sender</Type><Code>{code}</Code><Message>{CANARY}</Message></Error>"
    return Answered(status, f'<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">{error}</ErrorResponse>')


def ssm_error(code: str, status: int = 400) -> Answered:
    """An error of Parameter Store; its text holds the canary."""
    return Answered(status, json.dumps({"__type": code, "message": CANARY, "Message": CANARY}))


def parameter(name: str = "/app/prod/db", version: Any = 1, value: Any = CANARY) -> dict[str, Any]:
    """A parameter as Parameter Store answers it."""
    return {"Name": name, "Type": "SecureString", "Value": value, "Version": version, "ARN": f"arn:{name}"}


def got(**changed: Any) -> Answered:
    """What GetParameter answers."""
    return Answered(200, json.dumps({"Parameter": parameter(**changed)}))


def got_several(*names: str, missing: Sequence[str] = ()) -> Answered:
    """What GetParameters answers."""
    found = [parameter(name) for name in names]
    return Answered(200, json.dumps({"Parameters": found, "InvalidParameters": list(missing)}))


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault. The last line of the log must be one that an alarm can go off at: level ERROR."""

    title: str
    status: int
    outcome: str
    sts: tuple[Answered, ...] = (assumed(),)
    ssm: tuple[Answered, ...] = (got(),)
    names: tuple[str, ...] = ("/app/prod/db",)
    milliseconds: int = 9_000
    settings: str | None = None
    """The environment's grants document where it is not the usual one."""

    @property
    def event(self) -> dict[str, Any]:
        return ask(*self.names)


_NO_CREDENTIALS = Answered(200, "<AssumeRoleResponse><AssumeRoleResult/></AssumeRoleResponse>")
_TWO = ("/app/prod/db", "/app/prod/api-key")

FAULTS = (
    Fault("SSM throttles", 429, "throttled", ssm=(ssm_error("ThrottlingException"),)),
    Fault("SSM throttles a call for several", 429, "throttled", ssm=(ssm_error("ThrottlingException"),), names=_TWO),
    Fault("SSM fails inside", 502, "upstream-failed", ssm=(ssm_error("InternalServerError", 500),)),
    Fault("the KMS key is disabled or gone", 502, "key-unusable", ssm=(ssm_error("InvalidKeyId"),)),
    Fault("KMS or SSM denies the reader", 502, "read-denied", ssm=(ssm_error("AccessDeniedException"),)),
    Fault(
        "one of several names is denied",
        502,
        "read-denied",
        ssm=(ssm_error("AccessDeniedException"), got(), ssm_error("AccessDeniedException")),
        names=_TWO,
    ),
    Fault("the reader role is deleted", 502, "reader-unusable", sts=(sts_error("AccessDenied"),)),
    Fault("the session of a deleted role", 502, "upstream-failed", ssm=(ssm_error("UnrecognizedClientException"),)),
    Fault("the session ended before its time", 502, "upstream-failed", ssm=(ssm_error("ExpiredTokenException"),)),
    Fault("STS denies the source identity", 502, "reader-unusable", sts=(sts_error("AccessDenied"),)),
    Fault("STS is not active in the region", 502, "reader-unusable", sts=(sts_error("RegionDisabledException"),)),
    Fault("STS throttles", 429, "throttled", sts=(sts_error("Throttling", 400),)),
    Fault("STS finds every policy too large", 502, "reader-unusable", sts=(sts_error("PackedPolicyTooLarge", 400),)),
    Fault("STS answers no credentials", 502, "upstream-failed", sts=(_NO_CREDENTIALS,)),
    Fault("STS answers no XML", 502, "upstream-failed", sts=(Answered(200, CANARY),)),
    Fault("the time is nearly over", 503, "timed-out", milliseconds=400),
    Fault("STS takes too long", 503, "timed-out", sts=(Answered(200, "", after=0.6),), milliseconds=700),
    Fault("SSM takes too long", 503, "timed-out", ssm=(Answered(200, CANARY, after=0.6),), milliseconds=800),
    Fault("SSM answers no JSON", 502, "upstream-failed", ssm=(Answered(200, f"<html>{CANARY}"),)),
    Fault("SSM answers a list", 502, "internal-error", ssm=(Answered(200, f'["{CANARY}"]'),)),
    Fault("SSM answers nothing", 502, "upstream-failed", ssm=(Answered(200, "{}"),)),
    Fault("SSM answers another parameter", 502, "upstream-failed", ssm=(got(name="/other/db"),)),
    Fault("SSM answers another version", 502, "upstream-failed", ssm=(got(version=4),), names=("/app/prod/db:3",)),
    Fault("SSM answers no version", 502, "upstream-failed", ssm=(got(version=None),)),
    Fault("SSM answers a value that is no text", 502, "upstream-failed", ssm=(got(value={"a": CANARY}),)),
    Fault("SSM leaves out a name", 502, "upstream-failed", ssm=(got_several("/app/prod/db"),), names=_TWO),
    Fault("the grants are no JSON", 502, "misconfigured", settings="{"),
    Fault("the grants are empty", 502, "misconfigured", settings=""),
    Fault("the grants are of another version", 502, "misconfigured", settings='{"version": 2}'),
    Fault("the grants are a list", 502, "misconfigured", settings="[]"),
)


def invoke_fault(fault: Fault) -> Ran:
    """Invoke the handler, started anew, under a fault."""
    with told(ToldAws(fault.sts, fault.ssm)):
        return invoke(fault.event, fault.settings, Context(fault.milliseconds))
