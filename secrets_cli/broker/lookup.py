"""What a deployment must know of the account before it can be planned: whom the principals are, which keys protect what."""

import re
from collections.abc import Iterable, Mapping

from secrets_cli.aws.keys import KeyService
from secrets_cli.aws.parameters import SECURE_STRING, Described, ParameterFilter, ParameterStore
from secrets_cli.aws.principals import Principals
from secrets_cli.aws.target import Connection
from secrets_cli.broker.desired import Found, Mode
from secrets_cli.broker.grants import Grant, Grants, Principal, principal_of
from secrets_cli.errors import ConfigurationError, NotThere
from secrets_cli.secrets.parameter_name import Place
from secrets_cli.wording import named


def place_of(connection: Connection) -> Place:
    """Where the function goes."""
    return Place(connection.partition, connection.region, connection.account)


def look_up(connection: Connection, grants: Grants, mode: Mode) -> Found:
    """Ask IAM for the principals' unique ids, and Parameter Store and KMS for the parameters' keys.

    Raises ConfigurationError where a principal or a parameter is not there, or a parameter is no SecureString.
    """
    place = place_of(connection)
    principals = Principals(connection)
    ids = {
        grant.principal.arn: _id(principals, grant.principal)
        for grant in grants
        if grant.principal.account == place.account
    }
    return Found(place, ids, _keys(connection, grants) if mode is Mode.BROKER else {})


def given(account: str, connection: Connection, grants: Grants, ids: Iterable[str]) -> Found:
    """The same without asking AWS: `ids` are `ARN=ID` words, and the grants name their keys by ARN.

    Raises ConfigurationError where that is not so.
    """
    if not re.fullmatch(r"\d{12}", account):
        raise ConfigurationError(f"{named(account)} is not an account", "give its 12 digits")
    place = Place(connection.partition, connection.region, account)
    for grant in grants:
        if (grant.names or grant.paths) and not (
            grant.keys and all(re.fullmatch(r"arn:[a-z-]+:kms:[^:]+:\d{12}:key/.+", key) for key in grant.keys)
        ):
            raise ConfigurationError(
                f"no key is given for what `{grant.principal.arn}` is granted, and AWS is not asked",
                "give the ARN of its key: `keys` in the file, or `--key`",
            )
    keys: dict[str, set[str]] = {}
    for grant in grants:
        for item in _items(grant):
            keys.setdefault(item, set()).update(grant.keys)
    return Found(place, dict(map(_given_id, ids)), {item: tuple(sorted(its)) for item, its in keys.items()})


def _given_id(word: str) -> tuple[str, str]:
    arn, _, unique = word.rpartition("=")
    if not re.fullmatch(r"A(ROA|IDA)[A-Z0-9]{12,124}", unique):
        raise ConfigurationError("an `--id` is not `ARN=ID`", "give `--id arn:aws:iam::111122223333:role/app=AROA...`")
    return principal_of(arn).arn, unique


def _id(principals: Principals, principal: Principal) -> str:
    ask = principals.role_id if principal.kind == "role" else principals.user_id
    try:
        unique, arn = ask(principal.name)
    except NotThere:
        raise ConfigurationError(
            f"there is no {principal.kind} `{principal.name}` to grant anything to",
            "create it first, or correct the ARN",
        ) from None
    if arn != principal.arn:
        raise ConfigurationError(
            f"`{principal.arn}` is not there; the {principal.kind} of that name is `{arn}`", "correct the ARN's path"
        )
    return unique


def _keys(connection: Connection, grants: Grants) -> Mapping[str, tuple[str, ...]]:
    resolve = _KeyArns(KeyService(connection))
    store = ParameterStore(connection)
    found: dict[str, set[str]] = {}
    for grant in grants:
        if grant.keys:
            given = {resolve.arn(key) for key in grant.keys}
            for item in _items(grant):
                found.setdefault(item, set()).update(given)
    asked = sorted({item for grant in grants if not grant.keys for item in _items(grant)} - found.keys())
    described = _described(store, [item for item in asked if not item.endswith("/")])
    for item in asked:
        below = _below(store, item) if item.endswith("/") else [described[item]]
        found[item] = {resolve.arn(one.key) for one in below}
    return {item: tuple(sorted(keys)) for item, keys in found.items()}


def _items(grant: Grant) -> tuple[str, ...]:
    return (*grant.names, *(f"{path}/" for path in grant.paths))


def _described(store: ParameterStore, names: list[str]) -> dict[str, Described]:
    found = {one.name: one for one in store.described(names)}
    for name in names:
        if name not in found:
            raise _unknown_key(f"there is no parameter `{name}`")
        if found[name].type != SECURE_STRING:
            raise ConfigurationError(
                f"`{name}` is a {found[name].type} and no secret", "store it with `secrets-cli secret put`, under a key"
            )
    return found


def _below(store: ParameterStore, path: str) -> Iterable[Described]:
    trimmed = path.rstrip("/")
    found = [
        one for one in store.describe(ParameterFilter("Path", (trimmed,), "Recursive")) if one.type == SECURE_STRING
    ]
    if not found:
        raise _unknown_key(f"there is no SecureString below `{trimmed}`")
    return found


def _unknown_key(problem: str) -> ConfigurationError:
    return ConfigurationError(
        f"{problem}, so that its key is not known", "store it first, or give its key: `keys` in the file, or `--key`"
    )


class _KeyArns:
    """ARNs of keys by whatever a parameter or a user names them, each asked for once."""

    __slots__ = ("_known", "_service")

    def __init__(self, service: KeyService) -> None:
        self._service = service
        self._known: dict[str, str] = {}

    def arn(self, key: str) -> str:
        if key not in self._known:
            self._known[key] = self._service.describe(key).arn
        return self._known[key]
