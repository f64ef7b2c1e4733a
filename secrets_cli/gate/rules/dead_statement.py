"""`dead-statement`: a statement none of whose actions can be on any of its resources."""

from collections.abc import Iterator

from secrets_cli.gate.dead_parts import dead_parts
from secrets_cli.gate.knowledge import Knowledge
from secrets_cli.gate.mistake import listed, severity_of_too_little
from secrets_cli.gate.rule import Hit, OfStatement, Persona, Rule
from secrets_cli.gate.rules.dead_resource import told_of_action
from secrets_cli.gate.subject import StatementAt
from secrets_cli.iam.model import Effect
from secrets_cli.severity import Confidence, Severity

_TOLD = 4


def _check(at: StatementAt, knowledge: Knowledge) -> Iterator[Hit]:
    dead = dead_parts(at.statement, knowledge.catalog)
    resource = at.statement.resource
    if dead is None or not dead.whole or resource is None:
        return
    nothing = "denies nothing" if at.statement.effect is Effect.DENY else "grants nothing"
    values = tuple(dict.fromkeys(resource.values))
    yield Hit(
        f"{at.named} {nothing}: {listed(dead.actions, 2)} {'is' if len(dead.actions) == 1 else 'are'} never asked about"
        f" {listed(values, 2)}",
        at.location,
        evidence=tuple(told_of_action(at, action, knowledge.catalog) for action in dead.actions[:_TOLD]),
        severity=severity_of_too_little(at.statement.effect),
        confidence=Confidence.HIGH if dead.sure else Confidence.LOW,
        persona=None if dead.sure else Persona.AUDITOR,
    )


RULE = Rule(
    id="dead-statement",
    title="has no effect at all, for none of its actions can be on any of its resources",
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    persona=Persona.DEFAULT,
    why=(
        "The statement looks as if it granted or denied something, and does nothing: `s3:GetObject` on"
        " `arn:aws:s3:::bucket`, for one, is about the bucket, and objects are `arn:aws:s3:::bucket/*`. An Allow of this kind"
        " is found when the work fails, often to be mended with `*` in a hurry. A Deny of this kind (of medium severity) is"
        " found by nobody."
    ),
    how_to_fix=(
        "Write the resource in the form that the actions are asked about, which the evidence names, or remove the statement."
        " `secrets-cli policy evaluate` shows what a statement says to one request."
    ),
    references=(
        "https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html",
        "https://docs.aws.amazon.com/AmazonS3/latest/userguide/security_iam_service-with-iam.html",
    ),
    mapping=("parliament RESOURCE_MISMATCH",),
    check=OfStatement(_check),
    silences=frozenset({"unknown-action"}),
)
