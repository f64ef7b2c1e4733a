"""`unknown-action`: an action, or an action pattern, that no known action matches."""

import difflib
from collections.abc import Iterator
from dataclasses import replace

from secrets_cli.catalog.catalog import Catalog
from secrets_cli.catalog.look_up import near_actions
from secrets_cli.gate.fix import Fix, ReplaceValues
from secrets_cli.gate.knowledge import Knowledge
from secrets_cli.gate.mistake import listed, severity_of_too_little
from secrets_cli.gate.resource_fit import is_wild, known_matching
from secrets_cli.gate.rule import Hit, OfStatement, Persona, Rule
from secrets_cli.gate.subject import StatementAt
from secrets_cli.gate.unlisted_actions import UNLISTED
from secrets_cli.iam.model import Effect
from secrets_cli.inputs.found import UNKNOWN
from secrets_cli.severity import Confidence, Severity

_NEAR = 0.9
"""How alike two names are that differ by a slip: one letter in ten."""


def _check(at: StatementAt, knowledge: Knowledge) -> Iterator[Hit]:
    action, catalog = at.statement.action, knowledge.catalog
    unknown = tuple(
        value
        for value in dict.fromkeys(action.values)
        if UNKNOWN not in value and value != "*" and not known_matching(value, catalog)
    )
    unlisted = tuple(value for value in unknown if value.lower() in UNLISTED)
    wrong = tuple(value for value in unknown if value not in unlisted)
    if wrong:
        yield _hit(at, wrong, knowledge)
    if unlisted:
        yield replace(_hit(at, unlisted, knowledge), persona=Persona.AUDITOR, confidence=Confidence.LOW)


def _hit(at: StatementAt, unknown: tuple[str, ...], knowledge: Knowledge) -> Hit:
    action, catalog = at.statement.action, knowledge.catalog
    verb = "denies" if at.statement.effect is Effect.DENY else "grants"
    other = "nothing by it" if len(unknown) == 1 else "nothing by them"
    match = "matches" if len(unknown) == 1 else "match"
    return Hit(
        f"{listed(unknown)} {match} no known action; {at.named} {verb} {other}",
        action.location or at.location,
        evidence=tuple(_told(value, catalog) for value in unknown),
        severity=severity_of_too_little(Effect.ALLOW if action.negated else at.statement.effect),
        fix=_fix(at, unknown, catalog),
        subject=" ".join(sorted(unknown)),
    )


def _told(value: str, catalog: Catalog) -> str:
    service = value.partition(":")[0]
    near = () if is_wild(value) else near_actions(catalog, value)
    meant = f"; near it {listed(near)}" if near else ""
    if value.lower() in UNLISTED:
        return f"`{value}`: not in catalog {catalog.header.version}, though one of AWS's own policies names it"
    if not is_wild(service) and catalog.service(service) is None:
        return f"`{value}`: no service `{service}` in catalog {catalog.header.version}{meant}"
    return f"`{value}`: nothing in catalog {catalog.header.version} matches it{meant}"


def _fix(at: StatementAt, unknown: tuple[str, ...], catalog: Catalog) -> Fix | None:
    """The name that is nearest, where one name is wrong and one near it was probably meant."""
    if len(unknown) != 1 or is_wild(unknown[0]):
        return None
    near = difflib.get_close_matches(unknown[0], near_actions(catalog, unknown[0]), 1, _NEAR)
    if not near:
        return None
    element = "NotAction" if at.statement.action.negated else "Action"
    return Fix(
        f"replace `{unknown[0]}` by `{near[0]}`, if that is what is meant",
        safe=False,
        changes=(ReplaceValues(at.location, element, unknown, tuple(near)),),
    )


RULE = Rule(
    id="unknown-action",
    title="names an action that no AWS service is known to have",
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    persona=Persona.DEFAULT,
    why=(
        "AWS stores a policy with a misspelled or invented action without a word; it just does nothing. In an Allow the"
        " work that needs the action fails when it is deployed; in a Deny (there it is of medium severity) what should be"
        " refused is not. An action that was made after the bundled catalog is reported too, which is why the confidence is"
        " medium: the evidence names the catalog's version. Some actions are in no table and named by AWS's own policies"
        " all the same; those are shown from persona `auditor` on."
    ),
    how_to_fix=(
        "Use the name that the service's page in the Service Authorization Reference gives; `secrets-cli catalog show"
        " SERVICE` lists what is known of a service. Remove actions that AWS has retired."
    ),
    references=(
        "https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html",
    ),
    mapping=(
        "Access Analyzer INVALID_ACTION",
        "Access Analyzer INVALID_SERVICE_IN_ACTION",
        "parliament UNKNOWN_ACTION",
        "parliament UNKNOWN_PREFIX",
    ),
    check=OfStatement(_check),
)
