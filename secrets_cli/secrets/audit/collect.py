"""Reading an account for an audit: calls that read only, and a list of what could not be seen.

What is asked: DescribeParameters; DescribeKey for each key that parameters name, and ListAliases where they name
aliases; GetParameters of the parameters that are *not* encrypted; GetResourcePolicies of those in the advanced tier (no
other can be shared); GetParameterHistory, without decryption, of those with over 90 versions; ListFunctions. No
SecureString's value is read. A call that is denied or fails becomes an entry in `unresolved`; a network that does not answer
ends the audit, as nothing more could be seen.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime

from secrets_cli.aws.functions import Function, FunctionService
from secrets_cli.aws.keys import Alias, KeyService
from secrets_cli.aws.parameters import SECURE_STRING, Described, ParameterFilter, ParameterStore
from secrets_cli.aws.target import Connection
from secrets_cli.errors import AwsFailure, NotThere, Unreachable
from secrets_cli.secret_value import SecretValue
from secrets_cli.secrets.audit.facts import AccountFacts, KeyFacts, ParameterFacts, Unresolved
from secrets_cli.secrets.audit.rules.versions import NEAR
from secrets_cli.secrets.parameter_name import Place

_BATCH = 10
_AWS_OWN = "alias/aws/"


def collect(
    connection: Connection, path: str, *, functions: bool, at: datetime, tell: Callable[[str], None]
) -> AccountFacts:
    """The facts of one account in one region, for the parameters at or under `path` (`/` is all).

    `tell` is given a line about what is read next. Raises ConfigurationError (no credentials, no region) and Unreachable.
    """
    return _Collector(connection, at, tell).facts(path, functions)


class _Collector:
    """One run on one connection; keeps what could not be seen."""

    def __init__(self, connection: Connection, at: datetime, tell: Callable[[str], None]) -> None:
        self.store = ParameterStore(connection)
        self.keys = KeyService(connection)
        self.lambdas = FunctionService(connection)
        self.place = Place(connection.partition, connection.region, connection.account)
        self.where = f"{self.place.account}/{self.place.region}"
        self.at = at
        self.tell = tell
        self.unresolved: list[Unresolved] = []

    def facts(self, path: str, functions: bool) -> AccountFacts:
        self.tell(f"{self.where}: parameters")
        described = self._described(path)
        self.tell(f"{self.where}: keys of {len(described):,} parameters")
        keys = self._keys(sorted({one.key for one in described if one.type == SECURE_STRING and one.key}))
        self.tell(f"{self.where}: parameters that are not encrypted")
        values = self._values([one.name for one in described if one.type != SECURE_STRING])
        self.tell(f"{self.where}: shares and versions")
        parameters = tuple(self._parameter(one, keys.get(one.key), values.get(one.name)) for one in described)
        self.tell(f"{self.where}: functions")
        found = self._functions() if functions else ()
        return AccountFacts(self.where, self.place, parameters, found, len(keys), self.at, tuple(self.unresolved))

    @contextmanager
    def _unresolved(self, action: str, resource: str) -> Iterator[None]:
        """Keep a failure inside as an entry and go on behind the block."""
        try:
            yield
        except Unreachable:
            raise
        except AwsFailure as error:
            reason = re.sub(rf"`{action}`(?: on `[^`]*`)?", "it", error.message, count=1)
            self.unresolved.append(Unresolved(self.where, action, resource, reason))

    def _described(self, path: str) -> tuple[Described, ...]:
        found: dict[str, Described] = {}
        with self._unresolved("ssm:DescribeParameters", "*"):
            if path == "/":
                found = {one.name: one for one in self.store.describe()}
            else:
                under = self.store.describe(ParameterFilter("Path", (path,), "Recursive"))
                at = self.store.described((path,))
                found = {one.name: one for one in (*at, *under)}
        return tuple(found[name] for name in sorted(found))

    def _keys(self, named: Sequence[str]) -> dict[str, KeyFacts]:
        """Facts by the name parameters use; AWS's own aliases are not asked about: they have no state to lose."""
        asked = [name for name in named if _AWS_OWN not in name]
        aliases = self._aliases() if any("alias/" in name for name in asked) else {}
        found = {}
        for name in asked:
            with self._unresolved("kms:DescribeKey", self._key_arn(name)):
                try:
                    found[name] = KeyFacts(name, self.keys.describe(name), aliases.get(name))
                except NotThere:
                    found[name] = KeyFacts(name, None)
        return found

    def _aliases(self) -> dict[str, Alias]:
        """The account's own aliases, by name and by ARN."""
        found: tuple[Alias, ...] = ()
        with self._unresolved("kms:ListAliases", "*"):
            found = self.keys.aliases()
        return {name: alias for alias in found for name in (alias.name, alias.arn)}

    def _key_arn(self, name: str) -> str:
        if name.startswith("arn:"):
            return name
        resource = name if name.startswith("alias/") else f"key/{name}"
        return f"arn:{self.place.partition}:kms:{self.place.region}:{self.place.account}:{resource}"

    def _values(self, names: Sequence[str]) -> dict[str, SecretValue]:
        """Values of parameters that are not encrypted. One denied name denies its batch, so that is asked one by one."""
        found: dict[str, SecretValue] = {}
        for start in range(0, len(names), _BATCH):
            batch = names[start : start + _BATCH]
            try:
                found |= self._fetched(batch)
            except Unreachable:
                raise
            except AwsFailure:
                for name in batch:
                    with self._unresolved("ssm:GetParameters", self.place.parameter_arn(name)):
                        found |= self._fetched([name])
        return found

    def _fetched(self, names: Sequence[str]) -> dict[str, SecretValue]:
        return {one.name: one.value for one in self.store.get_many(names, decrypt=False).found}

    def _parameter(self, described: Described, key: KeyFacts | None, value: SecretValue | None) -> ParameterFacts:
        arn = self.place.parameter_arn(described.name)
        facts = ParameterFacts(described, arn, key, value)
        if described.tier != "Standard":
            with self._unresolved("ssm:GetResourcePolicies", arn):
                facts = replace(facts, shares=self.store.resource_policies(arn))
        if described.version > NEAR:
            with self._unresolved("ssm:GetParameterHistory", arn):
                versions = sorted(self.store.history(described.name), key=lambda version: version.number)
                facts = replace(facts, oldest=versions[0] if versions else None, kept=len(versions))
        return facts

    def _functions(self) -> tuple[Function, ...]:
        found: list[Function] = []
        with self._unresolved("lambda:ListFunctions", "*"):
            found.extend(self.lambdas.functions())
        for function in found:
            if function.environment_error:
                reason = f"AWS could not show its variables ({function.environment_error})"
                self.unresolved.append(Unresolved(self.where, "kms:Decrypt", function.arn, reason))
        return tuple(found)
