"""What a user asks of `secret put`, checked as far as it can be without the value, then made an order with it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from secrets_cli.aws.parameters import Write
from secrets_cli.errors import ConfigurationError
from secrets_cli.secret_value import SecretValue
from secrets_cli.secrets.keys.choice import KEY_VARIABLE, KeyChoice, chosen_key
from secrets_cli.secrets.parameter_name import problem_of
from secrets_cli.secrets.store.acceptable_value import checked_value
from secrets_cli.secrets.store.labelling import checked_labels
from secrets_cli.secrets.store.parameter_policies import ParameterPolicies, PolicyWishes, parameter_policies
from secrets_cli.secrets.store.tier import Tier, chosen_tier, length_class
from secrets_cli.secrets.store.write import Order
from secrets_cli.wording import iso_time, named

_MOST_TAGS = 50
_LONGEST_DESCRIPTION = 1_024


@dataclass(frozen=True, slots=True)
class PutWishes:
    """The options of `secret put`, as given."""

    name: str
    key: str | None
    overwrite: bool = True
    tier: Tier | None = None
    policies: PolicyWishes = field(default_factory=PolicyWishes)
    tags: tuple[str, ...] = ()
    """Each `key=value`."""
    labels: tuple[str, ...] = ()
    description: str = ""
    allowed_pattern: str = ""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A put that is right in everything but its value, which is not known yet."""

    wishes: PutWishes
    key: KeyChoice
    policies: ParameterPolicies
    tags: tuple[tuple[str, str], ...]
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PutPlan:
    """What will be sent, and what is to be said before."""

    order: Order
    expires: datetime | None
    """UTC."""
    length_class: str
    notes: tuple[str, ...]


def prepared(wishes: PutWishes, now: datetime, environment: Mapping[str, str]) -> Prepared:
    """Check everything but the value, so that nobody types one for nothing. Raises ConfigurationError."""
    problem = problem_of(wishes.name)
    if problem:
        # The word is not repeated: who gives a value in the name's place should not see it on the screen as well.
        raise ConfigurationError(
            f"what was given as NAME is not a parameter's name: {problem}",
            "give letters, digits and `_.-`, in folders as `/team/stage/name`; the value is asked for, or piped in",
        )
    if len(wishes.description) > _LONGEST_DESCRIPTION:
        raise ConfigurationError(f"the description is longer than {_LONGEST_DESCRIPTION:,} characters")
    return Prepared(
        wishes,
        chosen_key(wishes.key, environment.get(KEY_VARIABLE)),
        parameter_policies(wishes.policies, now),
        _tags(wishes.tags),
        checked_labels(wishes.labels),
    )


def put_plan(ready: Prepared, value: SecretValue) -> PutPlan:
    """The order for a value. Raises ConfigurationError for a value that is too long or not taken."""
    wishes = ready.wishes
    checked_value(value, wishes.allowed_pattern)
    choice = chosen_tier(value.size, wishes.tier, has_policies=bool(ready.policies.document))
    write = Write(
        name=wishes.name,
        value=value,
        key=ready.key.key,
        overwrite=wishes.overwrite,
        tier=choice.tier.value,
        description=wishes.description,
        allowed_pattern=wishes.allowed_pattern,
        policies=ready.policies.document,
        tags=ready.tags,
    )
    notes = tuple(note for note in (choice.note, _deletes(ready)) if note)
    order = Order(write, ready.labels, is_tier_free=choice.is_free_choice)
    return PutPlan(order, ready.policies.expires, length_class(value.size), notes)


def _deletes(ready: Prepared) -> str:
    if ready.policies.expires is None:
        return ""
    when = iso_time(ready.policies.expires)
    return f"AWS deletes the parameter at {when}; writing a new value later does not move that time, `--expires` does"


def _tags(given: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    tags: dict[str, str] = {}
    for text in given:
        key, equals, value = text.partition("=")
        if not equals or not key or len(key) > 128 or len(value) > 256:
            raise ConfigurationError(
                "`--tag` takes KEY=VALUE, of at most 128 and 256 characters", "such as `--tag team=payments`"
            )
        if key.lower().startswith("aws:"):
            raise ConfigurationError(f"the tag {named(key, 'given')} is reserved: it begins with `aws:`")
        tags[key] = value
    if len(tags) > _MOST_TAGS:
        raise ConfigurationError(f"a parameter has at most {_MOST_TAGS} tags, and {len(tags)} were given")
    return tuple(tags.items())
