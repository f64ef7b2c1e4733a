"""What is judged of a key: the state, rotation and use of it. Rules on its policies are in `policy_rules`."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from secrets_cli.aws.keys import Alias, Grant
from secrets_cli.iam.arn import parse_arn
from secrets_cli.secrets.finding import Finding
from secrets_cli.secrets.keys.survey import Survey, SurveyedKey
from secrets_cli.severity import Confidence, Severity

NO_ROTATION = "key-no-rotation"
PENDING_DELETION = "key-pending-deletion"
DISABLED = "key-disabled"
UNUSED = "key-unused"
LOOSE_ALIAS = "key-alias-without-key"
GRANT = "key-grant"

_NAMED = 5
_USING = frozenset({"Decrypt", "Encrypt", "ReEncryptFrom", "ReEncryptTo", "Sign", "DeriveSharedSecret", "CreateGrant"})


@dataclass(frozen=True, slots=True)
class Judging:
    """What the rules need beside the key."""

    now: datetime
    """UTC."""
    unused_days: int = 90
    """A key not used for longer is unused."""


def subject_of(one: SurveyedKey) -> str:
    """As findings name a key: its first alias and its ARN."""
    return f"{one.aliases[0]} ({one.key.arn})" if one.aliases else one.key.arn


def name_of(one: SurveyedKey) -> str:
    """As commands name a key."""
    return one.aliases[0] if one.aliases else one.key.id


def no_rotation(one: SurveyedKey) -> Iterator[Finding]:
    """An enabled key that could rotate by itself and does not."""
    if one.key.state == "Enabled" and one.rotation is not None and not one.rotation.enabled:
        yield Finding(
            NO_ROTATION,
            Severity.MEDIUM,
            subject_of(one),
            "the key does not rotate: all it ever encrypts is under the same material",
            f"secrets-cli key rotation on {name_of(one)}",
            (f"created {one.key.created:%Y-%m-%d}",),
        )


def pending_deletion(one: SurveyedKey) -> Iterator[Finding]:
    """A key that will be gone, and with it what is encrypted under it."""
    if "Deletion" not in one.key.state:
        return
    when = f" on {one.key.deletion:%Y-%m-%d}" if one.key.deletion else ""
    yield Finding(
        PENDING_DELETION,
        Severity.HIGH if one.parameters else Severity.INFO,
        subject_of(one),
        f"the key is deleted{when}" + (f", and {_parameters(one)} with it" if one.parameters else ""),
        f"secrets-cli key cancel-delete {name_of(one)}" + ("" if one.parameters else ", if anything still needs it"),
        _some(one.parameters or ()),
    )


def disabled(one: SurveyedKey) -> Iterator[Finding]:
    """A key that cannot be used, and what cannot be read for it."""
    if one.key.state == "Disabled":
        yield Finding(
            DISABLED,
            Severity.MEDIUM if one.parameters else Severity.LOW,
            subject_of(one),
            "the key is disabled" + (f": {_parameters(one)} cannot be read" if one.parameters else ""),
            "enable it, or re-encrypt what is under it and delete it",
            _some(one.parameters or ()),
        )


def unused(one: SurveyedKey, judging: Judging) -> Iterator[Finding]:
    """A key that costs and protects nothing: no parameter is under it, and it was not used lately."""
    since = judging.now - timedelta(days=judging.unused_days)
    if one.key.state != "Enabled" or one.parameters is None or one.parameters or one.key.created > since:
        return
    used = one.last_use
    if used is None:
        if not one.aliases and not one.grants:
            yield _unused(one, "it has no alias, no grant and no parameter", Confidence.LOW)
        return
    if used.when is None and (used.tracked_since is None or used.tracked_since <= since):
        tracked = f" since {used.tracked_since:%Y-%m-%d}" if used.tracked_since else ""
        yield _unused(one, f"KMS knows of no use{tracked}", Confidence.MEDIUM)
    elif used.when is not None and used.when < since:
        yield _unused(one, f"it was used last on {used.when:%Y-%m-%d}, for {used.operation}", Confidence.MEDIUM)


def _unused(one: SurveyedKey, why: str, confidence: Confidence) -> Finding:
    return Finding(
        UNUSED,
        Severity.LOW,
        subject_of(one),
        f"nobody seems to use the key: {why}",
        f"disable it for some weeks; if nothing fails, secrets-cli key delete {name_of(one)}",
        (f"created {one.key.created:%Y-%m-%d}",),
        confidence,
    )


def grants(one: SurveyedKey) -> Iterator[Finding]:
    """Use that is in no policy: a grant to a user or role. Grants that AWS services hold are how they work."""
    for grant in one.grants or ():
        arn = parse_arn(grant.grantee)
        uses = any(name in _USING or name.startswith("GenerateData") for name in grant.operations)
        if arn is None or arn.service not in ("iam", "sts") or not uses:
            continue
        foreign = arn.account != one.key.arn.split(":")[4]
        yield _grant(one, grant, foreign)


def _grant(one: SurveyedKey, grant: Grant, foreign: bool) -> Finding:
    limits = " for certain encryption contexts" if grant.constrained else ""
    return Finding(
        GRANT,
        Severity.MEDIUM if foreign else Severity.LOW,
        subject_of(one),
        f"a grant lets {grant.grantee}{' of another account' if foreign else ''} use the key{limits}, beside every policy",
        f"aws kms revoke-grant --key-id {one.key.id} --grant-id {grant.id}",
        (f"operations: {', '.join(grant.operations)}",),
    )


def loose_aliases(survey: Survey) -> Iterator[Finding]:
    """Aliases whose key is not there: whatever names its key by one fails."""
    for alias in survey.loose_aliases:
        yield _loose(alias)


def _loose(alias: Alias) -> Finding:
    return Finding(
        LOOSE_ALIAS,
        Severity.MEDIUM,
        f"{alias.name} ({alias.arn})",
        "the alias names a key that is not there" if alias.key_id else "the alias names no key",
        f"aws kms delete-alias --alias-name {alias.name}",
        (f"key {alias.key_id}",) if alias.key_id else (),
    )


def _parameters(one: SurveyedKey) -> str:
    number = len(one.parameters or ())
    return f"{number:,} parameter{'' if number == 1 else 's'}"


def _some(names: tuple[str, ...]) -> tuple[str, ...]:
    more = len(names) - _NAMED
    return (*names[:_NAMED], f"and {more:,} more") if more > 0 else names
