"""Reading all keys of an account and region, as far as the caller may: what could not be read is listed, never passed over.

Keys are read eight at a time; the SDK waits where KMS throttles.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from secrets_cli.aws.keys import CUSTOMER, Alias, Grant, Key, KeyService, LastUse, Rotation
from secrets_cli.aws.parameters import ParameterFilter, ParameterStore
from secrets_cli.errors import AwsFailure, ConfigurationError, MalformedInput, NotThere, Unreachable
from secrets_cli.secrets.bulk import run_all
from secrets_cli.secrets.keys.document import KeyDocument, read_key_policy
from secrets_cli.secrets.keys.remote import rotation_of, spellings

_AT_ONCE = 8

Progress = Callable[[int, int], None]
"""Takes how many keys were read, of how many."""
_Read = TypeVar("_Read")


@dataclass(frozen=True, slots=True)
class Unread:
    """Something that could not be read, and so is not judged."""

    subject: str
    """A key's ARN, or what was asked."""
    reason: str


@dataclass(frozen=True, slots=True)
class ListedKey:
    """A key as a list shows it."""

    key: Key
    aliases: tuple[str, ...]
    rotation: Rotation | None
    """None where it cannot rotate, or could not be read."""
    rotation_known: bool = True
    """False where it could not be read: the listing's `unread` says why."""


@dataclass(frozen=True, slots=True)
class SurveyedKey:
    """A key with all that is judged of it; what could not be read is None, and named in the survey's `unread`."""

    key: Key
    aliases: tuple[str, ...]
    rotation: Rotation | None
    documents: tuple[KeyDocument, ...] = ()
    """Its policies: `default`, and any that a share added."""
    grants: tuple[Grant, ...] | None = None
    parameters: tuple[str, ...] | None = None
    """Names of the parameters under it."""
    last_use: LastUse | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """The keys of one account and region, without policies."""

    keys: tuple[ListedKey, ...]
    unread: tuple[Unread, ...]


@dataclass(frozen=True, slots=True)
class Survey:
    """The customer keys of one account and region."""

    target: str
    """Profile and region, as the command line names them."""
    keys: tuple[SurveyedKey, ...]
    loose_aliases: tuple[Alias, ...]
    """Aliases whose key is not there."""
    unread: tuple[Unread, ...]
    last_use_known: bool
    """Whether KMS tells when keys were used last."""


def list_keys(kms: KeyService, progress: Progress, *, every: bool = False) -> Listing:
    """The customer keys, and with `every` AWS's own too, by alias."""
    reader = _Reader(kms)
    rows = tuple(reader.each(reader.candidates(every), reader.listed, progress))
    return Listing(tuple(sorted(rows, key=lambda row: (row.aliases or ("~",), row.key.id))), tuple(reader.unread))


def survey_keys(kms: KeyService, progress: Progress, only: Sequence[str] = ()) -> Survey:
    """The customer keys with policies, grants, parameters and last use; `only` are ids to look at, empty for all."""
    reader = _Reader(kms)
    ids = tuple(only) or reader.candidates(every=False)
    listed = [row for row in reader.each(ids, reader.listed, progress) if row.key.manager == CUSTOMER]
    parameters = reader.parameters()
    rows = reader.each([row.key.id for row in listed], reader.surveyed(listed, parameters), progress)
    keys = tuple(sorted(rows, key=lambda one: (one.aliases or ("~",), one.key.id)))
    loose = () if only else reader.loose_aliases()
    return Survey(str(kms.connection.target), keys, loose, tuple(reader.unread), reader.last_use_known)


class _Reader:
    """Reads keys one by one, keeping note of what it may not."""

    def __init__(self, kms: KeyService) -> None:
        self.kms = kms
        self.aliases = kms.aliases()
        self.unread: list[Unread] = []
        self.last_use_known = True
        self._ids: tuple[str, ...] | None = None

    def ids(self) -> tuple[str, ...]:
        if self._ids is None:
            self._ids = self.kms.ids()
        return self._ids

    def candidates(self, every: bool) -> tuple[str, ...]:
        """Ids to read: AWS's own keys are known by their aliases, so they need not be asked for."""
        own = {alias.key_id for alias in self.aliases if alias.name.startswith("alias/aws/")}
        return tuple(key for key in self.ids() if every or key not in own)

    def each(self, ids: Sequence[str], read: Callable[[str], _Read | None], progress: Progress) -> Iterator[_Read]:
        for outcome in run_all(ids, read, workers=_AT_ONCE, progress=progress):
            if outcome.failure is not None:
                raise outcome.failure
            if outcome.result is not None:
                yield outcome.result

    def listed(self, key_id: str) -> ListedKey | None:
        key = self.attempt(key_id, "described", lambda: self.kms.describe(key_id))
        if key is None:
            return None
        aliases = tuple(sorted(alias.name for alias in self.aliases if alias.key_id == key.id))
        if key.manager != CUSTOMER or "Deletion" in key.state:
            return ListedKey(key, aliases, None)
        asked = self.attempt(key.arn, "asked for its rotation", lambda: (rotation_of(self.kms, key),))
        return ListedKey(key, aliases, asked[0] if asked else None, rotation_known=asked is not None)

    def surveyed(
        self, listed: Sequence[ListedKey], parameters: Sequence[tuple[str, str]] | None
    ) -> Callable[[str], SurveyedKey]:
        rows = {row.key.id: row for row in listed}

        def read(key_id: str) -> SurveyedKey:
            row = rows[key_id]
            key = row.key
            names = spellings(key, self.aliases)
            return SurveyedKey(
                key=key,
                aliases=row.aliases,
                rotation=row.rotation,
                documents=tuple(self.documents(key)),
                grants=self.attempt(key.arn, "asked for its grants", lambda: self.kms.grants(key.id)),
                parameters=None if parameters is None else tuple(name for name, under in parameters if under in names),
                last_use=self.last_use(key),
            )

        return read

    def documents(self, key: Key) -> Iterator[KeyDocument]:
        for name in self.attempt(key.arn, "asked for its policies", lambda: self.kms.policy_names(key.id)) or ():
            text = self.attempt(key.arn, "asked for its policy", lambda name=name: self.kms.policy_named(key.id, name))  # type: ignore[misc]  # mypy cannot type a lambda's default
            if text is not None:
                document = self.attempt(key.arn, "understood", lambda: read_key_policy(text, key.arn, name))  # noqa: B023  # called at once
                if document is not None:
                    yield document

    def last_use(self, key: Key) -> LastUse | None:
        try:
            return self.kms.last_use(key.id)
        except Unreachable:
            raise
        except (AwsFailure, ConfigurationError):
            # A newer call, of which old endpoints and old policies know nothing: its absence is said once, not key by key.
            self.last_use_known = False
            return None

    def parameters(self) -> tuple[tuple[str, str], ...] | None:
        """Name and key of every SecureString."""
        store = ParameterStore(self.kms.connection)
        try:
            found = store.describe(ParameterFilter("Type", ("SecureString",)))
            return tuple((one.name, one.key) for one in found)
        except Unreachable:
            raise
        except AwsFailure as error:
            self.unread.append(Unread("the parameters under the keys", error.message))
            return None

    def loose_aliases(self) -> tuple[Alias, ...]:
        there = set(self.ids())
        own = (alias for alias in self.aliases if not alias.name.startswith("alias/aws/"))
        return tuple(alias for alias in own if alias.key_id not in there)

    def attempt(self, subject: str, what: str, read: Callable[[], _Read]) -> _Read | None:
        """What is read; None, and a note, where AWS refuses or the answer is not understood."""
        try:
            return read()
        except (Unreachable, ConfigurationError):
            raise
        except NotThere:
            return None  # deleted since it was listed
        except (AwsFailure, MalformedInput) as error:
            self.unread.append(Unread(subject, f"could not be {what}: {error.message}"))
            return None
