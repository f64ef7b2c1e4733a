"""`public-second-opinion`: policyuniverse takes a statement for open to the world, and our own judgement does not."""

from collections.abc import Iterator

from secrets_cli.gate.knowledge import Knowledge
from secrets_cli.gate.rule import Hit, OfPolicy, Persona, Rule
from secrets_cli.iam.policy_kind import PolicyKind
from secrets_cli.inputs.found import PolicyAt
from secrets_cli.severity import Confidence, Severity


def _check(policy: PolicyAt, knowledge: Knowledge) -> Iterator[Hit]:
    if knowledge.settings.persona is not Persona.AUDITOR or policy.kind not in (PolicyKind.TRUST, PolicyKind.RESOURCE):
        return
    from secrets_cli.gate.second_opinion.public_access import Unavailable, second_opinion_on

    opinion = second_opinion_on(policy, knowledge)
    if isinstance(opinion, Unavailable):
        yield Hit(f"policyuniverse has no opinion on this policy: {opinion.reason}", policy.location)
        return
    for one in opinion:
        yield Hit(
            f"policyuniverse takes {one.at.named} for open to the world, and we do not",
            one.at.location,
            evidence=one.because,
            about=(one.at,),
        )


RULE = Rule(
    id="public-second-opinion",
    title="another tool takes for open to the world, where this one does not",
    severity=Severity.INFO,
    confidence=Confidence.LOW,
    persona=Persona.AUDITOR,
    why=(
        "policyuniverse, Netflix's library, is asked about every resource and trust policy when an auditor reads. It"
        " looks at Allow statements one by one, so that a Deny statement which closes them is invisible to it, and it"
        " knows the condition keys of 2023. Its word is shown only where it differs, with our reason, to be read by a"
        " human."
    ),
    how_to_fix="Read the statement. Where the reason given holds, nothing is to be done.",
    references=("https://github.com/Netflix-Skunkworks/policyuniverse",),
    mapping=("policyuniverse is_internet_accessible", "secrets-cli key-second-opinion"),
    check=OfPolicy(_check),
)
