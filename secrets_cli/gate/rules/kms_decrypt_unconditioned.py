"""`kms-decrypt-unconditioned`: kms:Decrypt without a word on what for."""

from collections.abc import Iterator

from secrets_cli.gate.knowledge import Knowledge
from secrets_cli.gate.rule import Hit, OfGrant, Persona, Rule
from secrets_cli.gate.secret_reads import shown
from secrets_cli.gate.subject import Granted
from secrets_cli.iam.model import Effect
from secrets_cli.iam.pattern_relation import covers
from secrets_cli.inputs.found import UNKNOWN
from secrets_cli.severity import Confidence, Severity

_DECRYPT = "kms:Decrypt"
_NARROWING = (
    "kms:viaservice",
    "kms:encryptioncontext",
    "kms:resourcealiases",
    "kms:requestalias",
    "kms:calleraccount",
    "aws:resourcetag/",
    "aws:calledvia",
    "aws:sourcearn",
    "kms:recipientattestation",
    "aws:resourceaccount",
    "aws:resourceorg",
)
"""Beginnings of condition keys that say which keys, or what for."""


def _check(granted: Granted, _knowledge: Knowledge) -> Iterator[Hit]:
    action, resource = granted.statement.action, granted.statement.resource
    if action.negated or resource is None or resource.negated or _DECRYPT not in granted.actions:
        return
    named = [value for value in action.values if value.lower().startswith("kms:") and value.lower() != "kms:*"]
    decrypting = [value for value in named if covers(value.lower(), _DECRYPT.lower())]
    if not decrypting or any(_narrows(term.key) for term in granted.statement.conditions) or _is_denied_else(granted):
        return
    place = action.place_of(decrypting[0]) or granted.at.location
    wide = [value for value in resource.values if _is_any_key(value)]
    if wide:
        yield Hit(
            f"`{decrypting[0]}` on {shown(wide[0])} decrypts with every key whose policy leaves it to IAM, for any purpose",
            place,
            actions=frozenset({_DECRYPT}) if len(granted.actions) > 1 else frozenset(),
        )
    elif not any(UNKNOWN in value and "key/" not in value for value in resource.values):
        yield Hit(
            f"`{decrypting[0]}` on {shown(resource.values[0])} says nothing about the service or what is decrypted",
            place,
            severity=Severity.LOW,
            persona=Persona.STRICT,
            actions=frozenset({_DECRYPT}) if len(granted.actions) > 1 else frozenset(),
        )


def _is_denied_else(granted: Granted) -> bool:
    """Whether a Deny of the same policy takes back what is not for some service or context."""
    denies = (one for one in granted.at.of.policy.statements if one.effect is Effect.DENY and not one.action.negated)
    return any(
        any(covers(value.lower(), _DECRYPT.lower()) for value in one.action.values)
        and any(_narrows(term.key) for term in one.conditions)
        for one in denies
    )


def _narrows(key: str) -> bool:
    return UNKNOWN in key or key.lower().startswith(_NARROWING)


def _is_any_key(pattern: str) -> bool:
    """Whether it covers every key of some account and region."""
    if "*" not in pattern or UNKNOWN in pattern.rpartition(":")[2]:
        return False
    fields = pattern.split(":", 5)
    if len(fields) == 6:
        pattern = ":".join(("arn", "aws", fields[2], "r", "1", fields[5]))
    return covers(pattern, "arn:aws:kms:r:1:key/*")


RULE = Rule(
    id="kms-decrypt-unconditioned",
    title="decrypts with any key, for any purpose",
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    persona=Persona.DEFAULT,
    why=(
        "A key whose policy names the account's root, as the default key policy does, leaves to IAM who may use it. A grant"
        " of `kms:Decrypt` on `*` is then one on all such keys: the last lock before every encrypted parameter, secret,"
        " object and snapshot is open, and only the grants on those themselves still protect them. AWS asks for the ARN of"
        " the key, and for `kms:ViaService` and `kms:EncryptionContext` to say what for. On named keys a missing condition"
        " is low and for the strict persona."
    ),
    how_to_fix=(
        'Name the key, and what it is for: `"StringEquals": {"kms:ViaService": "ssm.REGION.amazonaws.com"}` with'
        ' `"StringLike": {"kms:EncryptionContext:PARAMETER_ARN": "arn:aws:ssm:REGION:ACCOUNT:parameter/app/*"}`.'
        " An alias does not work as a resource: use the condition `kms:ResourceAliases`."
    ),
    references=(
        "https://docs.aws.amazon.com/kms/latest/developerguide/iam-policies-best-practices.html",
        "https://docs.aws.amazon.com/kms/latest/developerguide/services-parameter-store.html",
        "https://docs.aws.amazon.com/securityhub/latest/userguide/kms-controls.html#kms-1",
    ),
    mapping=("Security Hub KMS.1, KMS.2", "CKV_AWS_33 (for key policies)", "cloudsplaining DataExfiltration"),
    check=OfGrant(_check),
    silences=frozenset({"data-exposure"}),
)
