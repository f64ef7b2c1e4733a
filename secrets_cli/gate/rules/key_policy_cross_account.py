"""`key-policy-cross-account`: a KMS key that another account uses or manages."""

from collections.abc import Iterator

from secrets_cli.gate.callers import Limit, limit_of
from secrets_cli.gate.key_policy import Given, given, own_account
from secrets_cli.gate.knowledge import Knowledge
from secrets_cli.gate.named import Who, shown
from secrets_cli.gate.opened import is_key_policy, listed
from secrets_cli.gate.rule import Hit, OfPolicy, Persona, Rule
from secrets_cli.inputs.found import PolicyAt
from secrets_cli.severity import Confidence, Severity


def _check(policy: PolicyAt, knowledge: Knowledge) -> Iterator[Hit]:
    if not is_key_policy(policy):
        return
    everything = list(given(policy, knowledge))
    own = own_account(everything)
    trusted = {own, "", *knowledge.settings.trusted_accounts}
    for one in everything:
        limited = limit_of(one.at.statement.conditions) in (Limit.LIMITS, Limit.UNKNOWN)
        if own and one.to.account not in trusted and not limited:
            yield _hit(one, own, knowledge)


def _hit(one: Given, own: str, knowledge: Knowledge) -> Hit:
    from secrets_cli.secrets.keys.explain import Kind  # few files hold key policies

    managing, using = one.of(Kind.ADMINISTER, knowledge), one.of(Kind.USE, knowledge)
    managing = tuple(name for name in managing if name != "kms:CreateGrant")
    whole = one.to.who is Who.ACCOUNT
    verb = "manage" if managing else "use" if using else "look at"
    element = one.at.statement.principal
    return Hit(
        f"{one.at.named} lets {shown(one.to)} {verb} the key: {listed(managing or using or one.actions)}",
        (element.location if element is not None else None) or one.at.location,
        about=(one.at,),
        evidence=(f"the key seems to be of account `{own}`",),
        severity=Severity.HIGH if managing else Severity.MEDIUM if using and whole else Severity.LOW,
        persona=Persona.DEFAULT if managing or (using and whole) else Persona.STRICT,
        subject=one.to.value,
    )


RULE = Rule(
    id="key-policy-cross-account",
    title="lets another account use or manage a KMS key",
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    persona=Persona.DEFAULT,
    why=(
        "Whoever may use the key of another account reads what is under it, and that account's administrators say who of"
        " theirs may. Managing a key from another account means that its policy can be replaced, and the key scheduled"
        " for deletion, by people you do not employ. One named role with use alone is the usual way to share, and only"
        " reported to the strict."
    ),
    how_to_fix=(
        "Name the role of the other account and the actions of use it needs, and leave managing to your own. List"
        " accounts of your organization in `trusted_accounts`."
    ),
    references=("https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-modifying-external-accounts.html",),
    mapping=("Access Analyzer external access", "secrets-cli key-cross-account"),
    check=OfPolicy(_check),
)
