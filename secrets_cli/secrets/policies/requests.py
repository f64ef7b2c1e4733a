"""The requests that prove a least-privilege policy: those it is for, and their neighbours.

Neighbours are what a policy written a little too wide would let through: the sibling, the name that begins the same
(`/a/bc` beside `/a/b`), what is below, the folder above by path, the history, another region and account, the key used
without Parameter Store, through another service, for another parameter, or another key, and every other action on the same.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from secrets_cli.iam.arn import parse_arn
from secrets_cli.iam.request import ContextValue, Request
from secrets_cli.secrets.access.routes import ancestors
from secrets_cli.secrets.parameter_name import Place
from secrets_cli.secrets.policies.least_privilege import PARAMETER_CONTEXT, VIA_SERVICE, Covered, parameter_store_of


@dataclass(frozen=True, slots=True)
class Expected:
    """A request, what it is, and whether it should be allowed."""

    request: Request
    what: str
    """In words."""
    allowed: bool


READ, BY_PATH, CREATE, OVERWRITE, LABEL = "read", "by-path", "create", "overwrite", "label"
"""What a duty may; a set of these says it all."""


def expected_requests(
    covered: Covered, key: str, principal: str, may: frozenset[str], *, with_parameter: bool
) -> Iterator[Expected]:
    """The requests for one key; those on the parameter alone where `with_parameter`."""
    asked = _Asked(covered, key, principal, may)
    if with_parameter:
        yield from asked.on_parameters()
        yield from asked.by_path()
        yield from asked.on_neighbours()
        yield from asked.on_other_things()
    yield from asked.on_key()


@dataclass(frozen=True, slots=True)
class _Asked:
    covered: Covered
    key: str
    principal: str
    may: frozenset[str]

    @property
    def place(self) -> Place:
        return self.covered.place

    @property
    def examples(self) -> tuple[tuple[str, str], ...]:
        """Parameters that are covered, each with what it is."""
        covered = self.covered
        if covered.name:
            return ((covered.name, "the parameter"),)
        base = covered.path.rstrip("/")
        return ((f"{base}/example", "a parameter under the path"), (f"{base}/deeper/example", "one further below"))

    @property
    def reads(self) -> tuple[str, ...]:
        """The actions a reader has on a parameter."""
        return ("ssm:GetParameter", "ssm:GetParameters") if self.covered.path else ("ssm:GetParameter",)

    def on_parameters(self) -> Iterator[Expected]:
        """Every action on what is covered."""
        for name, what in self.examples:
            arn = self.place.parameter_arn(name)
            for action in ("ssm:GetParameter", "ssm:GetParameters"):
                yield self._is(READ in self.may and action in self.reads, action, arn, what)
            yield self._is(False, "ssm:GetParameterHistory", arn, f"{what}: its history, which holds every value")
            yield self._is(CREATE in self.may, "ssm:PutParameter", arn, f"{what}: created", {"ssm:Overwrite": "false"})
            yield self._is(
                OVERWRITE in self.may, "ssm:PutParameter", arn, f"{what}: overwritten", {"ssm:Overwrite": "true"}
            )
            yield self._is(LABEL in self.may, "ssm:LabelParameterVersion", arn, f"{what}: a label moved")
            for action in ("ssm:DeleteParameter", "ssm:DeleteParameters", "ssm:PutResourcePolicy"):
                yield self._is(False, action, arn, what)

    def by_path(self) -> Iterator[Expected]:
        """The path itself and below, which a reader of a path may; every folder above."""
        covered = self.covered
        own = covered.path or covered.name
        action = "ssm:GetParametersByPath"
        if covered.path:
            spellings = dict.fromkeys((own, f"{own.rstrip('/')}/", f"{own.rstrip('/')}/deeper"))
            for path in spellings:
                arn = self.place.parameter_arn(path)
                yield self._is(BY_PATH in self.may, action, arn, "everything under the path", {"ssm:Recursive": "true"})
        above = ancestors(own) if own != "/" else ()
        for path in above:
            arn = self.place.parameter_arn(path)
            yield self._is(
                False, action, arn, f"everything under `{path}`, above what is covered", {"ssm:Recursive": "true"}
            )

    def on_neighbours(self) -> Iterator[Expected]:
        """What lies beside, and elsewhere."""
        for name, what in self._neighbours():
            arn = self.place.parameter_arn(name)
            for action in ("ssm:GetParameter", "ssm:GetParameters", "ssm:PutParameter"):
                yield self._is(False, action, arn, what, _created(action))
        name = self.examples[0][0]
        region = "eu-central-1" if self.place.region != "eu-central-1" else "eu-west-1"
        other = "999999999999" if self.place.account != "999999999999" else "888888888888"
        elsewhere = (
            (replace(self.place, region=region), "another region"),
            (replace(self.place, account=other), "another account"),
        )
        for place, what in elsewhere:
            for action in ("ssm:GetParameter", "ssm:PutParameter"):
                yield self._is(False, action, place.parameter_arn(name), f"the same name in {what}", _created(action))

    def _neighbours(self) -> tuple[tuple[str, str], ...]:
        covered = self.covered
        own = covered.path or covered.name
        if own == "/":
            return ()
        folder = own.rpartition("/")[0]
        sibling = f"{folder}/some-other" if own.startswith("/") else "some-other"
        beside = ((sibling, "a sibling"), (f"{own}x", "a name that begins the same"))
        if covered.path:
            return (
                *beside,
                (f"{own}x/example", "a parameter under a path that begins the same"),
                (own, "a parameter named as the path"),
            )
        below = f"{own}/below" if own.startswith("/") else f"/{own}/below"
        return (*beside, (below, "a parameter below"))

    def on_other_things(self) -> Iterator[Expected]:
        """What shows or opens all of an account."""
        everything = f"arn:{self.place.partition}:ssm:{self.place.region}:{self.place.account}:*"
        yield self._is(False, "ssm:DescribeParameters", everything, "the names of all parameters of the account")
        user = f"arn:{self.place.partition}:iam::{self.place.account}:user/anyone"
        yield self._is(False, "iam:PutUserPolicy", user, "a policy given to somebody")

    def on_key(self) -> Iterator[Expected]:
        """The key: through Parameter Store for what is covered, and every other way."""
        writes = bool({CREATE, OVERWRITE} & self.may)
        allowed = {"kms:Decrypt": READ in self.may, "kms:Encrypt": writes, "kms:GenerateDataKey": writes}
        via = parameter_store_of(self.place)[0]
        arn = self.place.parameter_arn(self.examples[0][0])
        for action, expected in allowed.items():
            right: dict[str, ContextValue] = {VIA_SERVICE: via, PARAMETER_CONTEXT: arn}
            yield self._is(expected, action, self.key, "the key, through Parameter Store", right)
            for context, what in self._wrong_uses(via, arn):
                yield self._is(False, action, self.key, f"the key, {what}", context)
            yield self._is(False, action, self._other_key(), "another key, through Parameter Store", right)
        for action in ("kms:CreateGrant", "kms:PutKeyPolicy", "kms:ReEncryptFrom"):
            yield self._is(False, action, self.key, "the key itself", {VIA_SERVICE: via, PARAMETER_CONTEXT: arn})

    def _wrong_uses(self, via: str, arn: str) -> Iterator[tuple[dict[str, ContextValue], str]]:
        yield {PARAMETER_CONTEXT: arn}, "called directly"
        yield (
            {VIA_SERVICE: via.replace("ssm.", "secretsmanager.", 1), PARAMETER_CONTEXT: arn},
            "through another service",
        )
        yield {VIA_SERVICE: via}, "through Parameter Store for no parameter"
        for name, what in self._neighbours():
            yield {VIA_SERVICE: via, PARAMETER_CONTEXT: self.place.parameter_arn(name)}, f"for {what}"

    def _other_key(self) -> str:
        arn = parse_arn(self.key)
        # INVARIANT: keys are given by their ARN.
        assert arn is not None
        return str(replace(arn, resource="key/00000000-0000-0000-0000-000000000000"))

    def _is(
        self, allowed: bool, action: str, resource: str, what: str, context: dict[str, ContextValue] | None = None
    ) -> Expected:
        return Expected(Request(self.principal, action, resource, context or {}), what, allowed)


def _created(action: str) -> dict[str, ContextValue] | None:
    return {"ssm:Overwrite": "false"} if action == "ssm:PutParameter" else None
