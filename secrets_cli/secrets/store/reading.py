"""Reading many secrets so that one that cannot be read hides none of the others.

GetParameters takes ten names a call and fails as a whole where a single value cannot be decrypted, and it is an action of
its own: a role may have GetParameter alone. So a call that is refused is tried again name by name.
Source: https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameters.html
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from secrets_cli.aws.parameters import Parameter, ParameterStore
from secrets_cli.errors import AccessDenied, AwsFailure, KeyUnusable, NotThere

BATCH = 10


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A parameter that is there, or may be, and could not be read."""

    asked: str
    failure: AwsFailure


@dataclass(frozen=True, slots=True)
class Readings:
    """What came of reading many, each in the order asked for."""

    found: tuple[tuple[str, Parameter], ...]
    """Each with the word it was asked by: `name`, `name:3`, `name:label` or an ARN."""
    missing: tuple[str, ...] = ()
    unreadable: tuple[Unreadable, ...] = ()


def read_each(store: ParameterStore, asked: Sequence[str]) -> Readings:
    """Read every word once; one alone by GetParameter, more by GetParameters in tens.

    Raises the AwsFailures that are about no single parameter (throttled, unreachable).
    """
    found: dict[str, Parameter] = {}
    failures: dict[str, AwsFailure] = {}
    words = tuple(dict.fromkeys(asked))
    for batch in _batches(words):
        _read_batch(store, batch, found, failures)
    return Readings(
        tuple((word, found[word]) for word in words if word in found),
        tuple(word for word in words if word not in found and word not in failures),
        tuple(Unreadable(word, failures[word]) for word in words if word in failures),
    )


def _read_batch(
    store: ParameterStore, batch: Sequence[str], found: dict[str, Parameter], failures: dict[str, AwsFailure]
) -> None:
    if len(batch) > 1:
        try:
            answered = store.get_many(batch).found
        except (AccessDenied, KeyUnusable):
            pass  # told below, by the one it is about
        else:
            asked_by = {key: word for word in batch for key in _keys(word)}
            found.update({asked_by[key]: each for each in answered for key in (each.name, each.arn) if key in asked_by})
            return
    for word in batch:
        try:
            found[word] = store.get(word)
        except NotThere:
            continue
        except (AccessDenied, KeyUnusable) as failure:
            failures[word] = failure


def _keys(word: str) -> tuple[str, ...]:
    """What an answer to the word may call the parameter: its name, or the ARN it was asked by; without a selector."""
    if not word.startswith("arn:"):
        return (word.partition(":")[0],)
    arn = ":".join(word.split(":")[:6])
    path = arn.partition(":parameter/")[2]
    return (f"/{path}" if "/" in path else path, arn)


def _batches(words: Sequence[str]) -> Iterator[Sequence[str]]:
    """Tens of words in which no parameter is named twice, so that each answer belongs to one word."""
    batch: list[str] = []
    names: set[str] = set()
    for word in words:
        name = _keys(word)[0]
        if len(batch) == BATCH or name in names:
            yield batch
            batch, names = [], set()
        batch.append(word)
        names.add(name)
    if batch:
        yield batch
