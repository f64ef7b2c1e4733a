"""`ssm-by-path-ancestor`: GetParametersByPath on a path above what other statements deny, or on all paths."""

import re
from collections.abc import Iterator, Sequence

from secrets_cli.gate.condition_truth import Truth, truth_of
from secrets_cli.gate.knowledge import Knowledge
from secrets_cli.gate.principals import known_actions, statements_of
from secrets_cli.gate.rule import Hit, OfPrincipal, Persona, Rule
from secrets_cli.gate.secret_reads import PARAMETER_READS, place_of, reads_all, shown
from secrets_cli.gate.subject import Granted, Principal, StatementAt
from secrets_cli.iam.model import Effect
from secrets_cli.iam.pattern_relation import covers, overlaps
from secrets_cli.inputs.found import UNKNOWN
from secrets_cli.severity import Confidence, Severity

_BY_PATH = "ssm:GetParametersByPath"
_PATH = re.compile(r"arn:[^:]*:ssm:[^:]*:[^:]*:parameter/?(.*)")


def _check(principal: Principal, knowledge: Knowledge) -> Iterator[Hit]:
    denied = tuple(_denied(principal, knowledge))
    for granted in principal.granted:
        resource = granted.statement.resource
        if _BY_PATH not in granted.actions or resource is None or resource.negated or _is_open(granted):
            continue
        flat = _is_flat(granted)
        around = next(_passed(resource.values, denied, flat), None)
        if around is not None:
            yield _around(granted, *around)
            continue
        everything = tuple(value for value in resource.values if reads_all(value) or _is_root(value))
        if everything and not flat and _is_named(granted):
            yield _everything(granted, everything[0])


def _is_named(granted: Granted) -> bool:
    """Whether the statement names the action; other rules speak of wildcards."""
    action = granted.statement.action
    wild = (
        value
        for value in action.values
        if value.startswith("*") or ("*" in value and value.lower().startswith("ssm:g"))
    )
    return not action.negated and not any(wild) and _BY_PATH.lower() in (value.lower() for value in action.values)


def _is_open(granted: Granted) -> bool:
    """Whether a condition is not known."""
    return any(UNKNOWN in term.key for term in granted.statement.conditions)


def _is_flat(granted: Granted) -> bool:
    """Whether a condition keeps requests to what stands directly under the path."""
    terms = (one for one in granted.statement.conditions if one.key.lower() == "ssm:recursive")
    return any(value.lower() == "false" or UNKNOWN in value for term in terms for value in term.values)


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


def _passed(
    values: Sequence[str], denied: Sequence[tuple[StatementAt, str]], flat: bool
) -> Iterator[tuple[str, StatementAt, str]]:
    """An allowed path, and a denied pattern below it that asking for the path goes around."""
    for at, pattern in denied:
        if UNKNOWN in _path(pattern):
            continue
        above = pattern.partition(":parameter")[0]
        for parent in _parents(_path(pattern))[: 1 if flat else None]:
            asked = f"{above}:parameter/{parent}"
            if any(overlaps(value, asked) for value in values) and not any(covers(other, asked) for _, other in denied):
                yield asked, at, pattern
                return


def _parents(path: str) -> list[str]:
    """The paths above a pattern of names, the nearest first, `` for the root last; of a pattern with a wildcard those
    above the wildcard."""
    parts = path.partition("*")[0].split("/")[:-1]
    return ["/".join(parts[:count]) for count in range(len(parts), -1, -1)]


def _is_root(pattern: str) -> bool:
    found = _PATH.fullmatch(pattern)
    return found is not None and found[1].strip("/*") == ""


def _around(granted: Granted, asked: str, deny: StatementAt, pattern: str) -> Hit:
    return Hit(
        f"`{_BY_PATH}` on {shown(asked)} is allowed here and reads the whole tree, in spite of the Deny on {shown(pattern)}"
        f" at {deny.location}",
        place_of(granted, _BY_PATH),
        about=(granted.at,),
        severity=Severity.HIGH,
        actions=frozenset({_BY_PATH}),
        subject=pattern,
    )


def _everything(granted: Granted, pattern: str) -> Hit:
    reads = granted.actions & set(PARAMETER_READS)
    return Hit(
        f"`{_BY_PATH}` on {shown(pattern)} reads every parameter of the account in one call for `/`",
        place_of(granted, _BY_PATH),
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
