"""`ssm-by-path-ancestor`: GetParametersByPath on a path above what other statements deny, or on all paths."""

import re
from collections.abc import Iterator, Sequence

from secrets_cli.gate.condition_truth import Truth, truth_of
from secrets_cli.gate.knowledge import Knowledge
from secrets_cli.gate.principals import known_actions, statements_of
from secrets_cli.gate.rule import Hit, OfPrincipal, Persona, Rule
from secrets_cli.gate.secret_reads import PARAMETER_READS, reads_all, shown
from secrets_cli.gate.subject import Granted, Principal, StatementAt
from secrets_cli.iam.model import Effect
from secrets_cli.iam.pattern_relation import covers, overlaps
from secrets_cli.inputs.found import UNKNOWN
from secrets_cli.severity import Confidence, Severity

_BY_PATH = "ssm:GetParametersByPath"
_PATH = re.compile(r"arn:[^:]*:ssm:[^:]*:[^:]*:parameter/?(.*)")
_NAMES_READ = frozenset(name.lower() for name in PARAMETER_READS)


def _check(principal: Principal, knowledge: Knowledge) -> Iterator[Hit]:
    denied = tuple(_denied(principal, knowledge))
    for granted in principal.granted:
        resource = granted.statement.resource
        if _BY_PATH not in granted.actions or resource is None or resource.negated or _is_flat(granted):
            continue
        around = next(_passed(resource.values, denied), None)
        if around is not None:
            yield _around(granted, *around)
            continue
        everything = tuple(value for value in resource.values if reads_all(value) or _is_root(value))
        if everything and all(value.lower() in _NAMES_READ for value in _of_ssm(granted)):
            yield _everything(granted, everything[0])


def _of_ssm(granted: Granted) -> tuple[str, ...]:
    """The action patterns about SSM; other rules speak of wildcards."""
    values = granted.statement.action.values
    return tuple(value for value in values if value.lower().startswith("ssm:") or value.startswith("*"))


def _is_flat(granted: Granted) -> bool:
    """Whether a condition forbids going down the tree, or is not known."""
    return any(
        (term.key.lower() == "ssm:recursive" and "false" in (value.lower() for value in term.values))
        or UNKNOWN in term.key
        for term in granted.statement.conditions
    )


def _denied(principal: Principal, knowledge: Knowledge) -> Iterator[tuple[StatementAt, str]]:
    """Each pattern of parameters that may not be read, with its statement."""
    for policy in principal.policies:
        for at in statements_of(policy):
            statement = at.statement
            if statement.effect is not Effect.DENY or statement.resource is None or statement.resource.negated:
                continue
            if truth_of(statement.conditions, knowledge.today) is Truth.NEVER:
                continue
            if known_actions(statement.action, knowledge.catalog) & set(PARAMETER_READS):
                yield from ((at, value) for value in statement.resource.values if _path(value))


def _path(pattern: str) -> str:
    """The parameter's name in an ARN pattern, without slashes at its ends; empty for none."""
    found = _PATH.fullmatch(pattern)
    return "" if found is None else found[1].strip("/")


def _passed(values: Sequence[str], denied: Sequence[tuple[StatementAt, str]]) -> Iterator[tuple[str, StatementAt, str]]:
    """An allowed path, and a denied pattern below it that asking for the path goes around."""
    for at, pattern in denied:
        parent = _path(pattern).partition("*")[0].rpartition("/")[0]
        while parent:
            asked = f"{pattern.partition('parameter')[0]}parameter/{parent}"
            known = asked.replace("*", "x")
            reachable = any(overlaps(value, asked) or covers(value, known) for value in values)
            stopped = any(covers(other, known) or covers(other, asked) for _, other in denied)
            if reachable and not stopped and UNKNOWN not in _path(pattern):
                yield asked, at, pattern
                return
            parent = parent.rpartition("/")[0]


def _is_root(pattern: str) -> bool:
    found = _PATH.fullmatch(pattern)
    return found is not None and found[1].strip("/*") == ""


def _around(granted: Granted, asked: str, deny: StatementAt, pattern: str) -> Hit:
    place = granted.statement.action.location or granted.at.location
    return Hit(
        f"`{_BY_PATH}` on {shown(asked)} is allowed here and reads the whole tree, in spite of the Deny on {shown(pattern)}"
        f" at {deny.location}",
        place,
        about=(granted.at,),
        severity=Severity.HIGH,
        actions=frozenset({_BY_PATH}),
        subject=pattern,
    )


def _everything(granted: Granted, pattern: str) -> Hit:
    reads = granted.actions & set(PARAMETER_READS)
    return Hit(
        f"`{_BY_PATH}` on {shown(pattern)} reads every parameter of the account in one call for `/`",
        granted.statement.action.location or granted.at.location,
        about=(granted.at,),
        actions=frozenset() if reads == granted.actions else reads,
        subject=pattern,
    )


RULE = Rule(
    id="ssm-by-path-ancestor",
    title="reads whole trees of parameters by a path above them",
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    persona=Persona.DEFAULT,
    why=(
        "`ssm:GetParametersByPath` is authorized on the path that is asked for, and on nothing below it: allowed on `/app`, it"
        " returns `/app/payments/key` too, even where a Deny names that parameter. So a Deny on children has to deny the"
        " action on every path above them as well, and an Allow on `*` reads the account's parameters in one request for"
        " `/`."
    ),
    how_to_fix=(
        "Allow the action on the path that the app asks for and no other, or drop it for `ssm:GetParameters` with names."
        ' Deny it on the ancestors of what must not be read, or allow it with the condition `"StringEquals":'
        ' {"ssm:Recursive": "false"}`, which keeps it to one level.'
    ),
    references=(
        "https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParametersByPath.html",
        "https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-access.html",
    ),
    mapping=(),
    check=OfPrincipal(_check),
    silences=frozenset({"data-exposure", "resource-wildcard"}),
)
