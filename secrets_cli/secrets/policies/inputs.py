"""What a policy is made for: the parameter or path, where it is, and the keys it is encrypted under.

With the ARN of a key nothing is asked of AWS: it says partition, region and account too, where the name is no ARN.
"""

from collections.abc import Callable
from dataclasses import dataclass

from secrets_cli.aws.keys import KeyService
from secrets_cli.aws.parameters import SECURE_STRING, Described, ParameterFilter, ParameterStore
from secrets_cli.aws.target import Connection
from secrets_cli.errors import ConfigurationError, NotThere
from secrets_cli.iam.arn import Arn, parse_arn
from secrets_cli.secrets.keys.key_word import MANAGED_ALIAS, key_word
from secrets_cli.secrets.parameter_name import Place, checked_path, selected
from secrets_cli.secrets.policies.least_privilege import Covered


@dataclass(frozen=True, slots=True)
class Found:
    """What the policy covers and the keys."""

    covered: Covered
    key_arns: tuple[str, ...]
    notes: tuple[str, ...] = ()


def find(word: str, key: str | None, region: str | None, connect: Callable[[], Connection]) -> Found:
    """Understand NAME|PATH and find the key. A path is written with a slash, or `/*`, at its end.

    `connect` is called only where AWS must be asked. Raises ConfigurationError, NotThere, and any AwsFailure.
    """
    written = _place_in(word, "ssm", region)
    of_key = parse_arn(key) if key else None
    if key and ("*" in key or "?" in key):
        raise ConfigurationError(f"`{key}` is a pattern, and a policy names its keys", "give the ARN of one key")
    if key and of_key is not None and of_key.resource.startswith("key/"):
        place = written or _checked_region(_place_of(of_key), region)
        return Found(covered(word, place), (key,))
    connection = connect()
    place = written or Place(connection.partition, connection.region, connection.account)
    what = covered(word, place)
    if key:
        return Found(what, (KeyService(connection).describe(key_word(key)).arn,))
    return _from_parameters(what, connection)


def covered(word: str, place: Place) -> Covered:
    """What the word names: a path where it ends with `/` or `/*`, else one parameter."""
    arn = parse_arn(word)
    name = f"/{arn.resource.removeprefix('parameter/').removeprefix('/')}" if arn is not None else word
    if name.endswith(("/", "/*")):
        return Covered(place, path=checked_path(name.removesuffix("*") if name == "/*" else name.removesuffix("/*")))
    chosen = selected(word)
    if chosen.selector:
        raise ConfigurationError(
            f"`{word}` selects a version, and policies cannot", f"name the parameter alone: `{chosen.name}`"
        )
    return Covered(place, name=chosen.name)


def _place_in(word: str, service: str, region: str | None) -> Place | None:
    arn = parse_arn(word)
    if arn is None or arn.service != service:
        return None
    return _checked_region(_place_of(arn), region)


def _place_of(arn: Arn) -> Place:
    return Place(arn.partition, arn.region, arn.account)


def _checked_region(place: Place, region: str | None) -> Place:
    if region is not None and region != place.region:
        raise ConfigurationError(f"the ARN is of {place.region}, and `--region` says {region}", "give one of them")
    return place


def _from_parameters(what: Covered, connection: Connection) -> Found:
    """The keys that the covered parameters are under now."""
    store = ParameterStore(connection)
    if what.name:
        described = store.described((what.name,))
    else:
        filters = () if what.path == "/" else (ParameterFilter("Path", (what.path,), "Recursive"),)
        described = tuple(store.describe(*filters))
    names = tuple(dict.fromkeys(one.key for one in described if one.type == SECURE_STRING and one.key))
    if not names:
        raise _no_key(what, described, store)
    keys = KeyService(connection)
    arns = tuple(dict.fromkeys(keys.describe(name).arn for name in names))
    return Found(what, arns, tuple(_notes(names, what)))


def _no_key(what: Covered, described: tuple[Described, ...], store: ParameterStore) -> Exception:
    if described:
        return ConfigurationError(
            f"`{what}` holds no SecureString, so there is no key to allow", "give the key it will have as `--key`"
        )
    place = what.place.region
    if what.name.startswith("/") and next(store.describe(ParameterFilter("Path", (what.name,), "Recursive")), None):
        return NotThere(
            f"there is no parameter `{what.name}` in {place}, and there are some under it",
            f"write `{what.name}/` for the path",
        )
    return NotThere(f"there is no parameter `{what}` in {place}", "for one to come, give its key as `--key`")


def _notes(names: tuple[str, ...], what: Covered) -> list[str]:
    notes = []
    if len(names) > 1:
        notes.append(f"`{what}` is encrypted under {len(names)} keys ({', '.join(names)}): the policy names each")
    if MANAGED_ALIAS in names:
        notes.append(
            f"`{MANAGED_ALIAS}` lets every principal of the account decrypt through Parameter Store: "
            "a key of your own limits who can"
        )
    return notes
