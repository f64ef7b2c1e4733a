"""The proof of a deployment: what its template would put into IAM allows what the grants say, and nothing else.

Decided by our own engine on the policies read back from the template. Containment is exact and over all requests; what is
evaluated are single requests, listed by number. A caller's way to a parameter has three gates: calling the function, the
reader role (assumed in the caller's name), and the session policy x reader role for the parameter and its key. The handler
stands between the first two; what is proven here holds also where it takes a wrong name, or a wrong reader role.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from secrets_cli.broker.as_deployed import API_ID, AsDeployed
from secrets_cli.broker.desired import Caller, Deployment, Front, Mode, Reader
from secrets_cli.broker.grants import Principal
from secrets_cli.broker.policies import ASSUME, READ, WRITE_LOG, covered, reads
from secrets_cli.catalog.known_requests import KnownToCatalog
from secrets_cli.catalog.load import load_catalog
from secrets_cli.iam.contain import Contained, NotContained, contains
from secrets_cli.iam.evaluate import evaluate
from secrets_cli.iam.model import Effect, Element, Policy, PrincipalEntry, Statement
from secrets_cli.iam.request import ContextValue, PolicySet, Request
from secrets_cli.secrets.policies.least_privilege import as_policy, parameter_store_of, reader_statements
from secrets_cli.wording import how_many

_SESSION = "proof"


@dataclass(frozen=True, slots=True)
class Check:
    """One claim, and whether it holds."""

    claim: str
    by: str
    """`containment`, `evaluation of N requests` or `reading the policy`."""
    against: str = ""
    """What contradicts it; empty where it holds."""

    @property
    def holds(self) -> bool:
        """Whether nothing contradicts it."""
        return not self.against


@dataclass(frozen=True, slots=True)
class Proof:
    """Every claim about one deployment."""

    checks: tuple[Check, ...]

    @property
    def holds(self) -> bool:
        """Whether every claim does."""
        return all(check.holds for check in self.checks)


def prove(deployment: Deployment, found: AsDeployed) -> Proof:
    """Check every claim about a deployment on the policies of its template."""
    checks = [_function_role(deployment, found), _no_secret(found), *_front(deployment, found)]
    if deployment.settings.mode is Mode.BROKER:
        for reader in deployment.readers:
            checks += [_reader_role(reader, deployment, found), _reader_trust(reader, deployment, found)]
        checks += [_every_reader_is_known(deployment, found), *_reach(deployment, found)]
    return Proof(tuple(checks))


def _function_role(deployment: Deployment, found: AsDeployed) -> Check:
    readers = tuple(reader.arn for reader in deployment.readers)
    allowed = [_allow(WRITE_LOG, (f"{deployment.log_group_arn}:log-stream:*",))]
    if readers:
        allowed.append(_allow(ASSUME, readers))
    assumes = f"assumes its {how_many(len(readers), 'reader role')} and " if readers else ""
    claim = f"the function's role only {assumes}writes its own log"
    return _contained(claim, as_policy(allowed), found.function.allowed)


def _no_secret(found: AsDeployed) -> Check:
    everything = _allow(("*",), ("*",))
    secrets = Statement(Effect.DENY, Element(("ssm:*", "kms:*", "secretsmanager:*")), Element(("*",)))
    claim = "the function's role has no action of ssm, kms or secretsmanager"
    return _contained(claim, as_policy([everything, secrets]), found.function.allowed)


def _reader_role(reader: Reader, deployment: Deployment, found: AsDeployed) -> Check:
    least = [
        statement
        for item, keys in reader.keys
        for statement in (
            _allow(reads(reader), (covered(item, deployment.place).parameters,)),
            *reader_statements(covered(item, deployment.place), keys, by_path=False)[-1:],
        )
    ]
    claim = f"`{reader.role_name}` reads nothing but {_listed(reader)}"
    return _contained(claim, as_policy(least), found.readers[reader.arn].allowed)


def _reader_trust(reader: Reader, deployment: Deployment, found: AsDeployed) -> Check:
    trust = found.readers[reader.arn].trust
    entries = {entry for one in trust.statements if one.principal for entry in one.principal.entries}
    claim = f"`{reader.role_name}` is assumed by the function's role alone"
    negated = any(one.principal and one.principal.negated for one in trust.statements)
    if negated or entries != {PrincipalEntry("AWS", deployment.role_arn)}:
        return Check(claim, "reading the policy", f"it trusts {', '.join(sorted(entry.value for entry in entries))}")
    return Check(claim, "reading the policy")


def _every_reader_is_known(deployment: Deployment, found: AsDeployed) -> Check:
    more = set(found.readers) ^ {reader.arn for reader in deployment.readers}
    return Check("there is no other role", "reading the template", f"{', '.join(sorted(more))}" if more else "")


def _front(deployment: Deployment, found: AsDeployed) -> Iterator[Check]:
    trial = _Trial()
    for caller in deployment.callers:
        _may_call(trial, caller, deployment, found)
    yield trial.check("every granted caller may call, and none may invoke the function directly")
    trial = _Trial()
    for other in _others(deployment):
        for action, resource, context in _ways_in(deployment):
            own = () if other.account == deployment.place.account else (as_policy([_allow(("*",), ("*",))]),)
            trial.expect(False, _request(other, action, resource, context), _at_function(own, action, found))
    yield trial.check("nobody else is let in")


def _may_call(trial: "_Trial", caller: Caller, deployment: Deployment, found: AsDeployed) -> None:
    principal = caller.principal
    # Another account must let its principals out itself; what is asked here is whether we let them in.
    foreign = principal.account != deployment.place.account
    own = found.callers.get(f"{principal.kind}/{principal.name}", ())
    identity = (as_policy([_allow(("lambda:*",), ("*",))]),) if foreign else own
    for action, resource, context in _ways_in(deployment):
        request = _request(principal, action, resource, context)
        trial.expect(True, request, _at_function(identity, action, found))
    direct = _request(principal, "lambda:InvokeFunction", deployment.function_arn, {})
    trial.expect(False, direct, _at_function(identity, "lambda:InvokeFunction", found))


def _ways_in(deployment: Deployment) -> tuple[tuple[str, str, Mapping[str, ContextValue]], ...]:
    """The actions of one call through the front door, on what, with which context."""
    place = deployment.place
    if deployment.settings.front is Front.HTTP_API:
        route = f"arn:{place.partition}:execute-api:{place.region}:{place.account}:{API_ID}/$default/POST/"
        return (("execute-api:Invoke", route, {}),)
    return (
        ("lambda:InvokeFunctionUrl", deployment.function_arn, {"lambda:FunctionUrlAuthType": "AWS_IAM"}),
        ("lambda:InvokeFunction", deployment.function_arn, {"lambda:InvokedViaFunctionUrl": "true"}),
    )


def _at_function(identity: tuple[Policy, ...], action: str, found: AsDeployed) -> PolicySet:
    # An HTTP API has no resource policy: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-vs-rest.html
    on_function = found.on_function if action.startswith("lambda:") else None
    return PolicySet(identity=identity, resource=on_function, resource_is_known=True)


def _others(deployment: Deployment) -> Iterator[Principal]:
    """Principals that are not granted anything: in the account, in another, and namesakes of the granted elsewhere."""
    place, elsewhere = deployment.place, "999999999999"
    granted = {caller.principal.arn for caller in deployment.callers}
    accounts = (place.account, elsewhere)
    names = ["not-granted", *dict.fromkeys(caller.principal.name for caller in deployment.callers)]
    for account in accounts:
        for kind in ("role", "user"):
            for name in names:
                arn = f"arn:{place.partition}:iam::{account}:{kind}/{name}"
                namesake = any(
                    caller.principal.account == account
                    and caller.principal.kind == kind
                    and caller.principal.name == name
                    for caller in deployment.callers
                )
                if arn not in granted and not namesake:
                    yield Principal(arn, place.partition, account, kind, name)


def _reach(deployment: Deployment, found: AsDeployed) -> Iterator[Check]:
    names = tuple(_names_to_try(deployment.readers))
    exactly, strangers = _Trial(), _Trial()
    for caller in deployment.callers:
        reader = caller.reader
        # INVARIANT: in this mode each caller has a reader.
        assert reader is not None
        for name in names:
            _read_as(exactly, reader, name, _covers(reader, name), deployment, found)
        for other in deployment.readers:
            _assume_as(exactly if other is reader else strangers, caller, other, deployment, found)
    yield exactly.check("each caller reaches exactly the parameters it is granted")
    if strangers.requests:
        yield strangers.check("no caller gets the reader role of another's grant")


def _read_as(
    trial: "_Trial", reader: Reader, name: str, expected: bool, deployment: Deployment, found: AsDeployed
) -> None:
    """Read a parameter as the reader role, under the session policy that a handler would write for just that name."""
    place = deployment.place
    keys = dict(reader.keys)
    of_name = next((its for item, its in keys.items() if _item_covers(item, name)), reader.key_arns)
    session = as_policy(
        [
            _allow(READ, (place.parameter_arn(name),)),
            *reader_statements(covered(name, place), of_name, by_path=False)[-1:],
        ]
    )
    principal = f"arn:{place.partition}:sts::{place.account}:assumed-role/{reader.role_name}/{_SESSION}"
    policies = PolicySet(identity=found.readers[reader.arn].allowed, session=session)
    arn = place.parameter_arn(name)
    trial.expect(expected, Request(principal, "ssm:GetParameter", arn), policies)
    via = parameter_store_of(place)[0]
    context: dict[str, ContextValue] = {"kms:ViaService": via, "kms:EncryptionContext:PARAMETER_ARN": arn}
    for key in of_name:
        trial.expect(expected, Request(principal, "kms:Decrypt", key, context), policies)
        trial.expect(False, Request(principal, "kms:Decrypt", key), policies)


def _assume_as(trial: "_Trial", caller: Caller, reader: Reader, deployment: Deployment, found: AsDeployed) -> None:
    """Assume a reader role as the function does for a caller: allowed for the caller's own.

    Where the source identities of a reader are not known (a caller of another account), nothing is expected of it for
    others: then the handler's mapping alone decides.
    """
    mine = reader is caller.reader
    if not mine and (not reader.sources or not caller.id):
        return
    place = deployment.place
    principal = f"arn:{place.partition}:sts::{place.account}:assumed-role/{deployment.role_name}/{_SESSION}"
    role = found.readers[reader.arn]
    context: dict[str, ContextValue] = {"sts:SourceIdentity": caller.id} if caller.id else {}
    for action in ASSUME:
        policies = PolicySet(identity=found.function.allowed, resource=role.trust, resource_is_known=True)
        trial.expect(mine, Request(principal, action, reader.arn, context), policies)


def _names_to_try(readers: Iterable[Reader]) -> Iterator[str]:
    """Every granted name, one below every granted path, and their neighbours."""
    tried: dict[str, None] = {}
    for reader in readers:
        for name in reader.names:
            tried |= dict.fromkeys((name, f"{name}x", f"{name}/below" if "/" in name else f"/{name}"))
        for path in reader.paths:
            tried |= dict.fromkeys((f"{path}/one", f"{path}/two/deep", path, f"{path}x", f"{path}x/one"))
    yield from tried


def _covers(reader: Reader, name: str) -> bool:
    return any(_item_covers(item, name) for item, _ in reader.keys)


def _item_covers(item: str, name: str) -> bool:
    return name.startswith(item) if item.endswith("/") else name.removeprefix("/") == item.removeprefix("/")


class _Trial:
    """Requests evaluated for one claim; the first that is not as expected is kept."""

    __slots__ = ("against", "requests")

    def __init__(self) -> None:
        self.requests = 0
        self.against = ""

    def expect(self, allowed: bool, request: Request, policies: PolicySet) -> None:
        self.requests += 1
        decision = evaluate(request, policies)
        if decision.allowed is not allowed and not self.against:
            can = "may" if decision.allowed else "may not"
            self.against = f"{request.principal} {can} {request.action} on {request.resource} ({decision.by.reason})"

    def check(self, claim: str) -> Check:
        return Check(claim, f"evaluation of {self.requests} requests", self.against)


def _contained(claim: str, old: Policy, new: tuple[Policy, ...]) -> Check:
    match contains([old], new, KnownToCatalog(load_catalog())):
        case Contained():
            return Check(claim, "containment")
        case NotContained(witness=witness):
            return Check(claim, "containment", f"it allows {witness.action} on {witness.resource}")
        case undecided:
            return Check(claim, "containment", f"undecided: {undecided.reason}")


def _allow(actions: tuple[str, ...], resources: tuple[str, ...]) -> Statement:
    return Statement(Effect.ALLOW, Element(actions), Element(resources))


def _listed(reader: Reader) -> str:
    items = [item if not item.endswith("/") else f"{item}*" for item, _ in reader.keys]
    return ", ".join(items) if len(items) <= 3 else f"{', '.join(items[:3])} and {len(items) - 3} more"


def _request(principal: Principal, action: str, resource: str, context: Mapping[str, ContextValue]) -> Request:
    arn = principal.arn
    if principal.kind == "role":
        arn = f"arn:{principal.partition}:sts::{principal.account}:assumed-role/{principal.name}/{_SESSION}"
    return Request(arn, action, resource, context)
