"""Every way a parameter's value comes out, as the calls it takes.

- ssm:GetParameter, ssm:GetParameters and ssm:GetParameterHistory are each authorised against their own action on the
  parameter: a Deny on one says nothing about the others, and the history holds the current value too.
- ssm:GetParametersByPath is authorised on the path of the call alone, whatever it returns: allowed on any folder above the
  parameter, with Recursive, it returns the parameter even under an explicit Deny on the parameter itself. The folder may
  be written with a slash at its end, which is another resource. Tags of the parameter do not count there.
- Each of them returns the value only where kms:Decrypt on the key is allowed as well, made by Parameter Store on the
  caller's behalf.
- kms:Decrypt by the caller himself reads nothing alone, but opens the ciphertext that any of the four calls returns
  without decryption.

Sources: https://docs.aws.amazon.com/systems-manager/latest/userguide/ps-retrieval-authorization.html,
https://docs.aws.amazon.com/kms/latest/developerguide/services-parameter-store.html
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum

from secrets_cli.iam.model import Policy
from secrets_cli.iam.request import ContextValue
from secrets_cli.secrets.access.caller import Call
from secrets_cli.secrets.parameter_name import Place
from secrets_cli.secrets.policies.least_privilege import parameter_store_of

KEY_POLICY = "key policy"
PARAMETER_POLICY = "parameter policy"
"""What the two policies are called in answers."""


class Way(Enum):
    """A way to the value."""

    GET = "GetParameter"
    GET_MANY = "GetParameters"
    HISTORY = "GetParameterHistory"
    BY_PATH = "GetParametersByPath"
    DECRYPT = "kms:Decrypt directly"
    """With the key alone: it reads nothing without the ciphertext."""
    CIPHERTEXT = "ciphertext, then kms:Decrypt"
    """Any of the four without decryption, then DECRYPT."""


@dataclass(frozen=True, slots=True)
class Target:
    """A parameter and the key it is encrypted under, with the policies on both."""

    place: Place
    name: str
    key_arn: str
    """Empty for a parameter that is not encrypted."""
    key_policy: Policy | None
    """None where there is no key."""
    parameter_policy: Policy | None = None
    """None where the parameter has none."""
    tags: Mapping[str, str] | None = None
    """Of the parameter; None where they are not known."""

    @property
    def arn(self) -> str:
        """Of the parameter."""
        return self.place.parameter_arn(self.name)


@dataclass(frozen=True, slots=True)
class Route:
    """One way with one set of calls, all of which must be allowed."""

    way: Way
    calls: tuple[Call, ...]
    path: str = ""
    """Of BY_PATH: the folder asked for."""


def ancestors(name: str) -> tuple[str, ...]:
    """The folders above a parameter, nearest first: `/a/b/c` gives `/a/b`, `/a`, `/`; so does a name without a slash `/`."""
    levels = name.strip("/").split("/")[:-1]
    return (*("/" + "/".join(levels[:count]) for count in range(len(levels), 0, -1)), "/")


def routes(target: Target) -> Iterator[Route]:
    """All routes, in the order of `Way`. Of BY_PATH there are several for one path, of which the best counts."""
    through = () if not target.key_arn else (decrypt_call(target, through_ssm=True),)
    for way in (Way.GET, Way.GET_MANY, Way.HISTORY):
        yield Route(way, (_get(target, way), *through))
    for path in ancestors(target.name):
        for call in _by_path(target, path):
            yield Route(Way.BY_PATH, (call, *through), path)
    if target.key_arn:
        yield Route(Way.DECRYPT, (decrypt_call(target, through_ssm=False),))


def ciphertext_routes(target: Target) -> Iterator[Route]:
    """The four calls, each with kms:Decrypt by the caller himself; none for a parameter that is not encrypted."""
    if not target.key_arn:
        return
    direct = decrypt_call(target, through_ssm=False)
    for way in (Way.GET, Way.GET_MANY, Way.HISTORY):
        yield Route(Way.CIPHERTEXT, (_get(target, way), direct))
    for path in ancestors(target.name):
        for call in _by_path(target, path):
            yield Route(Way.CIPHERTEXT, (call, direct), path)


def decrypt_call(target: Target, *, through_ssm: bool) -> Call:
    """kms:Decrypt of the parameter's value; the key is there."""
    place = target.place
    context: dict[str, ContextValue] = {
        **of_place(place),
        "kms:EncryptionContext:PARAMETER_ARN": target.arn,
        "kms:EncryptionContextKeys": ("PARAMETER_ARN",),
        "kms:EncryptionAlgorithm": "SYMMETRIC_DEFAULT",
    }
    absent = ("kms:encryptioncontext:", "kms:grantisforawsresource", "kms:recipientattestation:")
    if through_ssm:
        spellings = parameter_store_of(place)
        via: dict[str, ContextValue] = {
            "kms:ViaService": spellings[0] if len(spellings) == 1 else spellings,
            "aws:CalledVia": ("ssm.amazonaws.com",),
            "aws:CalledViaFirst": "ssm.amazonaws.com",
            "aws:CalledViaLast": "ssm.amazonaws.com",
        }
        return Call("kms:Decrypt", target.key_arn, target.key_policy, {**context, **via}, absent, by_service=True)
    return Call("kms:Decrypt", target.key_arn, target.key_policy, context, (*absent, "kms:viaservice"))


def of_place(place: Place) -> dict[str, ContextValue]:
    """What every request in a region, on a resource of an account, carries."""
    return {"aws:RequestedRegion": place.region, "aws:ResourceAccount": place.account}


def _get(target: Target, way: Way) -> Call:
    context = of_place(target.place)
    absent: tuple[str, ...] = ()
    if target.tags is not None:
        context |= {f"aws:ResourceTag/{key}": value for key, value in target.tags.items()}
        context |= {f"ssm:resourceTag/{key}": value for key, value in target.tags.items()}
        absent = ("aws:resourcetag/", "ssm:resourcetag/")
    return Call(f"ssm:{way.value}", target.arn, target.parameter_policy, context, absent)


def _by_path(target: Target, path: str) -> Iterator[Call]:
    """The calls for a path: spelled with and without its last slash, recursive or, for the nearest folder, not."""
    arn = target.place.parameter_arn(path)
    recursive = ("true", "false") if path == ancestors(target.name)[0] else ("true",)
    for resource in dict.fromkeys((arn, arn if path == "/" else f"{arn}/")):
        for value in recursive:
            context = {**of_place(target.place), "ssm:Recursive": value}
            # Tags are not supported by this call: the keys are absent.
            absent = ("aws:resourcetag/", "ssm:resourcetag/")
            yield Call(f"ssm:{Way.BY_PATH.value}", resource, target.parameter_policy, context, absent)
