"""What is judged of a key's policies: who may do what, as the evaluator answers it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from secrets_cli.iam.model import Policy, Statement
from secrets_cli.secrets.finding import Finding
from secrets_cli.secrets.keys.document import KeyDocument
from secrets_cli.secrets.keys.explain import Allowed, Kind, Powers, Reach, SubjectKind, statement_label
from secrets_cli.secrets.keys.rules import name_of, subject_of
from secrets_cli.secrets.keys.survey import SurveyedKey
from secrets_cli.severity import Confidence, Severity

ANYBODY = "key-open-to-anybody"
CROSS_ACCOUNT = "key-cross-account"
BOTH = "key-administrator-is-user"
IAM_DECIDES = "key-left-to-iam"
CREATE_GRANT = "key-create-grant"
NO_EFFECT = "key-statement-without-effect"
UNMANAGEABLE = "key-without-administrator"
GONE = "key-principal-gone"

_PUT_POLICY = "kms:PutKeyPolicy"
_GRANT = "kms:CreateGrant"
_OUTSIDE_LIMITS = frozenset(
    {
        "aws:principalorgid",
        "aws:principalorgpaths",
        "aws:sourceaccount",
        "aws:sourcearn",
        "aws:sourcevpce",
        "aws:sourcevpc",
    }
)
"""Condition keys that a stranger cannot meet at will; an address or a tag is no such thing."""


@dataclass(frozen=True, slots=True)
class Explained:
    """One policy of a key, with what each subject may do by it."""

    one: SurveyedKey
    document: KeyDocument
    powers: tuple[Powers, ...]

    @property
    def account(self) -> str:
        """The key's account."""
        return self.one.key.arn.split(":")[4]

    def of(self, *kinds: SubjectKind) -> Iterator[Powers]:
        """What subjects of these kinds may do; of those the policy names, by the statements that name them: what they may
        as everybody may is told of everybody."""
        for powers in self.powers:
            if powers.subject.kind not in kinds:
                continue
            if powers.subject.kind in (SubjectKind.EVERYONE, SubjectKind.ACCOUNT):
                yield powers
                continue
            named = tuple(one for one in powers.allowed if not self._is_for_everybody(one.sid))
            if named:
                yield replace(powers, allowed=named)

    def _is_for_everybody(self, label: str) -> bool:
        statement = self.statement(label)
        element = statement.principal if statement else None
        return element is not None and (element.negated or any(entry.value == "*" for entry in element.entries))

    def statement(self, label: str) -> Statement | None:
        """The statement that explains a power."""
        policy: Policy = self.document.policy
        return next((one for one in policy.statements if statement_label(one) == label), None)


def open_to_anybody(explained: Explained) -> Iterator[Finding]:
    """A principal `*` (or NotPrincipal) that lets in strangers, or everybody of the account whatever IAM says."""
    strangers = next(explained.of(SubjectKind.EVERYONE), None)
    if strangers is not None:
        active = strangers.of(Kind.USE, Kind.ADMINISTER) or strangers.allowed
        yield _open(explained, active, "anybody of any AWS account", _stranger_severity(explained, strangers, active))
        return
    for powers in explained.of(SubjectKind.ACCOUNT):
        active = powers.of(Kind.USE, Kind.ADMINISTER)
        through = active and all(one.reach is not Reach.ALWAYS for one in active)
        severity = Severity.MEDIUM if active and not through else Severity.LOW
        yield _open(
            explained, active or powers.allowed, "everybody of the account, whatever IAM policies they have,", severity
        )


def _stranger_severity(explained: Explained, strangers: Powers, active: Sequence[Allowed]) -> Severity:
    if not strangers.of(Kind.USE, Kind.ADMINISTER):
        return Severity.MEDIUM
    open_ones = [one for one in active if one.reach is not Reach.CONDITIONS]
    if open_ones:
        return Severity.HIGH
    limited = all(_is_limited(explained.statement(one.sid)) for one in active)
    return Severity.LOW if limited else Severity.MEDIUM


def _is_limited(statement: Statement | None) -> bool:
    terms = statement.conditions if statement else ()
    return any(
        term.key.lower() in _OUTSIDE_LIMITS
        and "Not" not in term.operator.base
        and not term.operator.if_exists
        and not any(value.strip("*") == "" for value in term.values)
        for term in terms
    )


def _open(explained: Explained, allowed: Sequence[Allowed], who: str, severity: Severity) -> Finding:
    reach = "" if any(one.reach is Reach.ALWAYS for one in allowed) else f", {_reach(allowed)}"
    return _finding(
        explained,
        ANYBODY,
        severity,
        f"{who} may {_verbs(allowed)}{reach}",
        "name the principals; conditions that limit them are easily incomplete",
        allowed,
    )


def cross_account(explained: Explained) -> Iterator[Finding]:
    """Principals of other accounts: their accounts' IAM policies decide who may, out of sight."""
    for powers in explained.of(SubjectKind.PRINCIPAL, SubjectKind.BY_IAM, SubjectKind.ROOT_USER):
        subject = powers.subject
        if subject.account in ("", explained.account):
            continue
        rank = Severity.HIGH if powers.of(Kind.ADMINISTER) else Severity.MEDIUM if powers.of(Kind.USE) else Severity.LOW
        active = powers.of(Kind.USE, Kind.ADMINISTER) or powers.allowed
        yield _finding(
            explained,
            CROSS_ACCOUNT,
            rank,
            f"another account: {_who(powers)} may {_verbs(active)}",
            f"if it shall not: secrets-cli key revoke-use {name_of(explained.one)} --user {_arn(powers)} --everything",
            active,
        )


def administrator_is_user(explained: Explained) -> Iterator[Finding]:
    """One principal that changes the policy and uses the key: nothing is separated."""
    for powers in explained.of(SubjectKind.PRINCIPAL, SubjectKind.ACCOUNT):
        administers, uses = powers.may(_PUT_POLICY), powers.of(Kind.USE)
        if administers is not None and uses and not powers.subject.unique_id:
            yield _finding(
                explained,
                BOTH,
                Severity.MEDIUM,
                f"{_who(powers)} administers the key and may {_verbs(uses)}",
                "let one principal administer and another use: secrets-cli key create shows how",
                (administers, *uses),
            )


def left_to_iam(explained: Explained) -> Iterator[Finding]:
    """The account as a principal with use of the key: each of its IAM administrators can read."""
    for powers in explained.of(SubjectKind.BY_IAM):
        uses = powers.of(Kind.USE)
        if powers.subject.account == explained.account and uses:
            yield _finding(
                explained,
                IAM_DECIDES,
                Severity.INFO,
                "IAM policies of the account decide who uses the key: each IAM administrator can read",
                "secrets-cli key create --account recovery keeps IAM out, and the root user in case of need",
                uses,
            )


def create_grant(explained: Explained) -> Iterator[Finding]:
    """kms:CreateGrant without kms:GrantIsForAWSResource: whoever has it gives himself, or anybody, Decrypt."""
    everybody = next(explained.of(SubjectKind.EVERYONE), None)
    for powers in explained.of(*SubjectKind):
        found = powers.may(_GRANT)
        if powers.subject.kind is SubjectKind.ACCOUNT and everybody is not None and everybody.may(_GRANT):
            continue
        own = powers.subject.kind is SubjectKind.BY_IAM and powers.subject.account == explained.account
        if found is None or own or powers.subject.unique_id:
            continue
        keys = {term.key.lower() for term in getattr(explained.statement(found.sid), "conditions", ())}
        if "kms:grantisforawsresource" in keys and found.reach is Reach.CONDITIONS:
            continue
        limited = any(key.startswith("kms:grant") for key in keys)
        yield _finding(
            explained,
            CREATE_GRANT,
            Severity.LOW if limited else Severity.MEDIUM,
            f"{_who(powers)} may make grants, and so give Decrypt to anybody, with no trace in the policy",
            "take CreateGrant out (no `kms:Create*`), or add the condition Bool kms:GrantIsForAWSResource = true",
            (found,),
            Confidence.MEDIUM if limited else Confidence.HIGH,
        )


def without_effect(explained: Explained) -> Iterator[Finding]:
    """Statements that KMS keeps and never applies; a Deny among them denies nothing."""
    for one in explained.document.ineffective:
        label = one.sid or f"statement {one.index + 1}"
        yield _finding(
            explained,
            NO_EFFECT,
            Severity.MEDIUM if one.denies else Severity.LOW,
            f"{label} has no effect: {one.reason}" + ("; nothing is denied by it" if one.denies else ""),
            "complete it or take it out: KMS takes no new policy that has it",
            (),
        )


def without_administrator(explained: Explained) -> Iterator[Finding]:
    """Nobody may replace the policy: only AWS Support can bring the key back."""
    if explained.document.name == "default" and not any(powers.may(_PUT_POLICY) for powers in explained.powers):
        yield _finding(
            explained,
            UNMANAGEABLE,
            Severity.HIGH,
            "nobody may change the key policy: the key cannot be managed any more",
            "re-encrypt what is under it while it works, and ask AWS Support for the key",
            (),
        )


def principals_gone(explained: Explained) -> Iterator[Finding]:
    """Principals that AWS shows by their unique id: they were deleted, and one of the same name would not be them."""
    for powers in explained.of(SubjectKind.PRINCIPAL):
        if not powers.subject.unique_id:
            continue
        yield _finding(
            explained,
            GONE,
            Severity.LOW,
            f"the policy names {powers.subject.name}, a principal that was deleted",
            f"secrets-cli key revoke-use {name_of(explained.one)} --user {powers.subject.name}",
            powers.allowed,
        )


def _finding(
    explained: Explained,
    rule: str,
    severity: Severity,
    message: str,
    fix: str,
    allowed: Iterable[Allowed],
    confidence: Confidence = Confidence.HIGH,
) -> Finding:
    statements = tuple(dict.fromkeys(one.sid for one in allowed if one.sid))
    name = explained.document.name
    evidence = tuple(f"{sid}" if name == "default" else f"{sid} (policy {name})" for sid in statements)
    return Finding(rule, severity, subject_of(explained.one), message, fix, evidence, confidence)


def _verbs(allowed: Sequence[Allowed]) -> str:
    parts = []
    for kind, verb in ((Kind.USE, "use it"), (Kind.ADMINISTER, "administer it"), (Kind.READ, "read about it")):
        names = [one.action.partition(":")[2] for one in allowed if one.kind is kind]
        if names:
            telling = [n for n in ("Decrypt", "Encrypt", "PutKeyPolicy", "CreateGrant") if n in names] or names[:2]
            more = f" and {len(names) - len(telling)} more" if len(names) > len(telling) else ""
            parts.append(f"{verb} ({', '.join(telling)}{more})")
    return " and ".join(parts)


def _reach(allowed: Sequence[Allowed]) -> str:
    return " or ".join(dict.fromkeys(one.reach.value for one in allowed))


def _who(powers: Powers) -> str:
    subject = powers.subject
    match subject.kind:
        case SubjectKind.PRINCIPAL:
            return subject.name
        case SubjectKind.BY_IAM:
            return f"whoever IAM policies of account {subject.account} allow it"
        case SubjectKind.ROOT_USER:
            return f"the root user of account {subject.account}"
        case SubjectKind.ACCOUNT:
            return "everybody of the account"
        case SubjectKind.EVERYONE:
            return "anybody of any AWS account"


def _arn(powers: Powers) -> str:
    subject = powers.subject
    return subject.name if subject.kind is SubjectKind.PRINCIPAL else f"arn:aws:iam::{subject.account}:root"
