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
            by_word = {word: parameter for parameter in answered for word in _words_for(parameter)}
            found.update({word: by_word[word] for word in batch if word in by_word})
            return
    for word in batch:
        try:
            found[word] = store.get(word)
        except NotThere:
            continue
        except (AccessDenied, KeyUnusable) as failure:
            failures[word] = failure


def _words_for(parameter: Parameter) -> tuple[str, ...]:
    """The words that an answered parameter may have been asked by."""
    selector = f":{parameter.selector}" if parameter.selector else ""
    return f"{parameter.name}{selector}", f"{parameter.arn}{selector}"


def _batches(words: Sequence[str]) -> Iterator[Sequence[str]]:
    """Tens of words in which no parameter is named twice: AWS refuses a call that names one in two versions."""
    batch: list[str] = []
    names: set[str] = set()
    for word in words:
        name = word if word.startswith("arn:") else word.partition(":")[0]
        if len(batch) == BATCH or name in names:
            yield batch
            batch, names = [], set()
        batch.append(word)
        names.add(name)
    if batch:
        yield batch
