"""`key-policy-grant-without-condition`: a principal that can make any grant on a KMS key."""

from collections.abc import Iterator

from secrets_cli.gate.callers import fixes
from secrets_cli.gate.key_policy import CREATE_GRANT, given
from secrets_cli.gate.knowledge import Knowledge
from secrets_cli.gate.named import Who
from secrets_cli.gate.opened import is_key_policy
from secrets_cli.gate.rule import Hit, OfPolicy, Persona, Rule
from secrets_cli.iam.model import ConditionTerm
from secrets_cli.inputs.found import UNKNOWN, PolicyAt
from secrets_cli.severity import Confidence, Severity

_FOR_SERVICES = "kms:grantisforawsresource"
_OF_GRANTS = ("kms:grant", "kms:viaservice", "kms:encryptioncontext")


def _check(policy: PolicyAt, knowledge: Knowledge) -> Iterator[Hit]:
    if not is_key_policy(policy):
        return
    for one in given(policy, knowledge):
        terms = one.at.statement.conditions
        named = one.to.who in (Who.ONE, Who.CANONICAL, Who.EVERYONE)
        if CREATE_GRANT not in one.actions or not named or any(_is_for_services(term) for term in terms):
            continue
        limited = any(fixes(term) and term.key.lower().startswith(_OF_GRANTS) for term in terms)
        yield Hit(
            f"{one.at.named} lets `{one.to.value}` make grants, and so give Decrypt to anybody",
            one.at.statement.action.location or one.at.location,
            about=(one.at,),
            evidence=("a grant leaves no trace in the policy; a grant to oneself is use of the key",),
            severity=Severity.LOW if limited else None,
            confidence=Confidence.MEDIUM if limited else None,
            subject=one.to.value,
        )


def _is_for_services(term: ConditionTerm) -> bool:
    if UNKNOWN in term.key:
        return True
    return term.key.lower() == _FOR_SERVICES and fixes(term) and "false" not in {value.lower() for value in term.values}


RULE = Rule(
    id="key-policy-grant-without-condition",
    title="lets a principal make any grant on a KMS key",
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    persona=Persona.STRICT,
    why=(
        "`kms:CreateGrant` gives the key's use on to whomever its holder names, himself included, beside every policy:"
        " the key policy does not show it, and only ListGrants tells. `kms:Create*`, which AWS's console writes for"
        " administrators, is CreateGrant too. Services that encrypt volumes and databases need grants, for themselves."
    ),
    how_to_fix=(
        "Take CreateGrant out, or give it in a statement of its own with `Bool` on `kms:GrantIsForAWSResource`: then only"
        " AWS's services can be given grants."
    ),
    references=(
        "https://docs.aws.amazon.com/kms/latest/developerguide/grants.html",
        "https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-grant-is-for-aws-resource",
    ),
    mapping=("secrets-cli key-create-grant",),
    check=OfPolicy(_check),
)
