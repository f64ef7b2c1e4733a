"""`dead-resource`: actions that are never asked about any resource of their statement, and resources that no action is."""

from collections.abc import Iterator

from secrets_cli.catalog.catalog import Catalog
from secrets_cli.gate.dead_parts import DeadParts, Group, dead_parts, groups, right_form
from secrets_cli.gate.fix import Fix, ReplaceValues
from secrets_cli.gate.knowledge import Knowledge
from secrets_cli.gate.mistake import listed, severity_of_too_little
from secrets_cli.gate.resource_fit import known_matching
from secrets_cli.gate.rule import Hit, OfStatement, Persona, Rule
from secrets_cli.gate.subject import StatementAt
from secrets_cli.iam.arn import parse_arn
from secrets_cli.iam.model import Effect
from secrets_cli.severity import Confidence, Severity

_TOLD = 4


def _check(at: StatementAt, knowledge: Knowledge) -> Iterator[Hit]:
    catalog = knowledge.catalog
    dead = dead_parts(at.statement, catalog)
    if dead is not None and dead.whole:
        return
    if dead is not None and dead.actions:
        yield _of_actions(at, dead, catalog)
    if dead is not None and dead.resources:
        yield _of_resources(at, dead)
    parts = groups(at.statement, catalog)
    if dead is None and len(parts) > 1:
        yield _of_groups(at, parts)


def _of_actions(at: StatementAt, dead: DeadParts, catalog: Catalog) -> Hit:
    verb = "is never asked about a resource" if len(dead.actions) == 1 else "are never asked about a resource"
    return Hit(
        f"{listed(dead.actions)} {verb} of {at.named}, which so says nothing of {_it(dead.actions)}",
        at.statement.action.location or at.location,
        evidence=tuple(told_of_action(at, action, catalog) for action in dead.actions[:_TOLD]),
        severity=severity_of_too_little(at.statement.effect),
        confidence=Confidence.HIGH if dead.sure else Confidence.LOW,
        persona=None if dead.sure else Persona.AUDITOR,
        subject=" ".join(sorted(dead.actions)),
    )


def _of_resources(at: StatementAt, dead: DeadParts) -> Hit:
    resource = at.statement.resource
    assert resource is not None, "a dead resource is one of the statement's"
    left = len(dict.fromkeys(resource.values)) > len(dead.resources)
    fix = Fix(
        f"leave out {listed(dead.resources)}",
        safe=False,
        changes=(ReplaceValues(at.location, "Resource", dead.resources, ()),),
    )
    what = "is no resource" if len(dead.resources) == 1 else "are no resources"
    return Hit(
        f"{listed(dead.resources)} {what} that an action of {at.named} is asked about",
        resource.location or at.location,
        severity=severity_of_too_little(at.statement.effect),
        confidence=Confidence.MEDIUM,
        persona=Persona.STRICT,
        fix=fix if left else None,
        subject=" ".join(sorted(dead.resources)),
    )


def _of_groups(at: StatementAt, parts: tuple[Group, ...]) -> Hit:
    first = parts[0]
    second = next((part for part in parts[1:] if _services(part) != _services(first)), parts[1])
    return Hit(
        f"{at.named} mixes actions and resources that do not go together: {listed(second.actions, 2)}"
        f" {'is' if len(second.actions) == 1 else 'are'} never asked about {listed(first.resources, 2)}",
        at.statement.action.location or at.location,
        evidence=tuple(f"{listed(part.actions)} on {listed(part.resources)}" for part in parts),
        severity=Severity.INFO,
        persona=_reader_of_mixed(at, parts),
        subject="mixed",
    )


def _reader_of_mixed(at: StatementAt, parts: tuple[Group, ...]) -> Persona:
    """A bucket and its objects in one statement are how people write; a role and a bucket hardly are."""
    if len({_services(part) for part in parts}) == 1:
        return Persona.AUDITOR
    return Persona.STRICT if at.statement.effect is Effect.DENY else Persona.DEFAULT


def _services(part: Group) -> frozenset[str]:
    arns = (parse_arn(value) for value in part.resources)
    return frozenset(arn.service for arn in arns if arn is not None)


def told_of_action(at: StatementAt, value: str, catalog: Catalog) -> str:
    """What one dead action is asked about, and a resource near the statement's that it would fit."""
    names = known_matching(value, catalog)
    shapes = dict.fromkeys(shape for name in names for shape in catalog.resource_patterns(name) or ())
    if not shapes:
        return f"`{value}` is asked about `*` alone"
    resource = at.statement.resource
    near = right_form(names[0], resource.values, catalog) if resource is not None else ""
    hint = f"; perhaps `{near}` is meant" if near else ""
    return f"`{value}` is asked about {listed(tuple(shapes), 2)}{hint}"


def _it(values: tuple[str, ...]) -> str:
    return "it" if len(values) == 1 else "them"


RULE = Rule(
    id="dead-resource",
    title="names actions that can never be on the resources beside them",
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    persona=Persona.DEFAULT,
    why=(
        "Each action is asked about resources of certain types: `s3:GetObject` about objects and `s3:ListBucket` about the"
        " bucket, `dynamodb:GetRecords` about a table's stream, `ec2:DescribeInstances` about nothing but `*`. Beside a resource"
        " of another type the action is granted (or denied) on nothing at all, and AWS does not say so. Where a statement"
        " mixes actions and resources of several types, each action takes effect on its own ones alone; that is only"
        " reported as information, for it works, but says less than it seems to. Resources without any action that"
        " goes with them are shown from persona `strict` on, a mix within one"
        " service (a bucket and its objects) to auditors."
    ),
    how_to_fix=(
        "Write the resource in the form that the action is asked about (`arn:aws:s3:::bucket/*` for objects), or make"
        ' a statement for each type of resource. Actions without resource types need `Resource: "*"`.'
    ),
    references=(
        "https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html",
        "https://docs.aws.amazon.com/AmazonS3/latest/userguide/security_iam_service-with-iam.html",
    ),
    mapping=("parliament RESOURCE_MISMATCH",),
    check=OfStatement(_check),
)
