"""Judgements, remembered by what was read for them.

Programs make the same calls over and over, with ids and times in them that no rule reads. So an answer is kept under just
those parts of the call that were read on the way to it, in the order of reading: the first part read is always the same, the
next one depends on what the first one held, and so on. A call that agrees in all of them has the same answer, as nothing
else was looked at. Memory is bounded: long parts are not kept, and a full store is emptied.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Generic, TypeAlias, TypeVar, cast

from secrets_cli.catalog.grant import ApiCall, EventMeaning
from secrets_cli.json_value import JsonValue
from secrets_cli.usage.aggregate import DENIED_SAMPLES, SAMPLES
from secrets_cli.usage.entry import (
    OPEN_PARTS,
    Entry,
    Identity,
    Key,
    identity_fields,
    key_of,
    open_part,
    record_of,
    resource_types,
)
from secrets_cli.usage.group import Frame, JudgedRecord
from secrets_cli.usage.identity import AwsService, Caller, Principal, caller_of
from secrets_cli.usage.judge import Meaning, call_of
from secrets_cli.usage.record import Record, resources_of
from secrets_cli.usage.trail_changes import trail_change
from secrets_cli.usage.usage import Fate

MOST = 9_000
"""Answers kept of each kind."""
MOST_BYTES = 12_000_000
"""Bytes of open parts kept of each kind."""
LONGEST = 4_096
"""Bytes of an open part that is kept."""

Answer = TypeVar("Answer")


class Branch(Generic[Answer]):
    """What is read next, and where each of its values leads."""

    __slots__ = ("children", "part")

    def __init__(self, part: str) -> None:
        self.part = part
        self.children: Nodes[Answer] = {}


Nodes: TypeAlias = dict[Hashable, Branch[Answer] | Answer]
"""By what was read: what is read next, or the answer, where nothing more is read."""


@dataclass(slots=True)
class Memory(Generic[Answer]):
    """Answers by the path of what was read."""

    roots: Nodes[Answer] = field(default_factory=dict)
    answers: int = 0
    bytes: int = 0

    def keep(self, start: Hashable, path: Sequence[tuple[str, Hashable]], answer: Answer) -> None:
        """Keep an answer, where its path is not too long."""
        sizes = [len(value) for _, value in path if isinstance(value, bytes)]
        if any(size > LONGEST for size in sizes):
            return
        if self.answers >= MOST or self.bytes + sum(sizes) > MOST_BYTES:
            self.roots.clear()
            self.answers = self.bytes = 0
        nodes, at = self.roots, start
        for part, value in path:
            branch = nodes.setdefault(at, Branch(part))
            assert isinstance(branch, Branch), "what is read next follows from what was read"
            assert branch.part == part, "what is read next follows from what was read"
            nodes, at = branch.children, value
        nodes[at] = answer
        self.answers += 1
        self.bytes += sum(sizes)


class _OpenCall(ApiCall):
    """A call that notes which of its fields are read, in order, and decodes its open parts only then.

    Its fields are made into properties below: a dataclass reads them from slots otherwise.
    """

    __slots__ = ("closed", "entry", "path")
    closed: ApiCall
    entry: Entry
    path: dict[str, Hashable]
    """Field to what it held: the text of an open part, the value of another."""


def _noted(name: str) -> property:
    if name in ("event_source", "event_name"):  # where every path starts
        return property(lambda call: getattr(call.closed, name))
    if name in OPEN_PARTS:

        def read_open(call: _OpenCall) -> object:
            call.path[name] = bytes(getattr(call.entry, name))
            value = open_part(call.entry, name)
            return resources_of(value) if name == "resources" else value

        return property(read_open)

    def read(call: _OpenCall) -> object:
        value = getattr(call.closed, name)
        call.path[name] = value
        return value

    return property(read)


for _field in fields(ApiCall):
    setattr(_OpenCall, _field.name, _noted(_field.name))


def _open_call(closed: ApiCall, entry: Entry) -> _OpenCall:
    call = _OpenCall.__new__(_OpenCall)
    object.__setattr__(call, "closed", closed)
    object.__setattr__(call, "entry", entry)
    object.__setattr__(call, "path", {})
    return call


class Judged:
    """The judgement of a kind of entries, told apart from others by identity."""

    __slots__ = ("event_name", "event_source", "is_alone", "judgement", "samples")

    def __init__(self, record: Record, judgement: JudgedRecord) -> None:
        self.event_source = record.event_source
        self.event_name = record.event_name
        self.judgement = judgement
        self.is_alone = judgement.change is not None
        """No two of them are counted together."""
        self.samples = _samples(judgement)
        """How many times and event ids are kept."""


class _Kind:
    """What entries of a key share."""

    __slots__ = ("caller", "closed", "frame", "is_change", "key", "may_be_data", "record")

    def __init__(
        self, key: Key, identity: Mapping[str, JsonValue], caller: Caller, principals: frozenset[str] | None
    ) -> None:
        self.key = key
        self.record = record_of(key, identity)
        # A service may be named by the event's source, where the identity does not say.
        self.caller = caller_of(self.record) if isinstance(caller, AwsService) else caller
        self.closed = call_of(self.record, caller) if isinstance(caller, Principal) else None
        self.is_change = trail_change(self.record) is not None
        self.may_be_data = _may_be_data(self.record)
        self.frame = Frame(self.record, self.caller, principals)


@dataclass(slots=True)
class _Shared:
    """One object for equal texts and callers, which decoding makes anew for each record."""

    texts: dict[str, str] = field(default_factory=dict)
    identities: dict[Identity, tuple[Identity, Mapping[str, JsonValue], Caller]] = field(default_factory=dict)

    def key(self, key: Key) -> Key:
        """The same key, of shared parts."""
        if len(self.texts) > MOST or len(self.identities) > MOST:
            self.texts.clear()
            self.identities.clear()
        source, event, identity, region, type_, category, is_management, code, message, recipient = key
        self.caller(identity)
        text = self._text
        return (
            self.texts.setdefault(source, source),
            self.texts.setdefault(event, event),
            self.identities[identity][0],
            text(region),
            text(type_),
            text(category),
            is_management,
            text(code),
            message,
            text(recipient),
        )

    def caller(self, identity: Identity) -> tuple[Mapping[str, JsonValue], Caller]:
        """The identity as a record has it, and whose it is."""
        known = self.identities.get(identity)
        if known is None:
            fields = identity_fields(identity)
            caller = caller_of(record_of(("", "", identity, *(None,) * 7), fields))
            known = self.identities[identity] = identity, fields, caller
        return known[1:]

    def _text(self, text: str | None) -> str | None:
        return None if text is None else self.texts.setdefault(text, text)


class Judgements:
    """The judgements of entries, for one set of principals. Not shared between threads."""

    def __init__(self, principals: frozenset[str] | None, meaning: Meaning) -> None:
        self._principals = principals
        self._meaning = meaning
        self._judged: Memory[Judged] = Memory()
        self._meanings: Memory[EventMeaning] = Memory()
        self._kinds: dict[Key, _Kind] = {}
        self._shared = _Shared()

    def of(self, entries: Sequence[Entry]) -> list[Judged]:
        """The judgement of each entry."""
        found: list[Judged] = []
        for entry, node in zip(entries, map(self._judged.roots.get, map(key_of, entries)), strict=True):
            while type(node) is Branch:
                node = node.children.get(bytes(getattr(entry, node.part)))
            found.append(self._judge(key_of(entry), entry) if node is None else cast(Judged, node))
        return found

    def forget(self) -> None:
        """Forget all that was remembered."""
        self._judged = Memory()
        self._meanings = Memory()
        self._kinds.clear()
        self._shared = _Shared()

    def _judge(self, key: Key, entry: Entry) -> Judged:
        kind = self._kinds.get(key)
        if kind is None:
            kind = self._kind(key)
        path: dict[str, Hashable] = {}
        frame = kind.frame
        if kind.may_be_data:
            path["resources"] = bytes(entry.resources)
        if kind.is_change:
            path["parameters"] = bytes(entry.parameters)
            record = replace(kind.record, parameters=open_part(entry, "parameters"))
            frame = Frame(record, kind.caller, self._principals)

        def ask(_: Principal) -> EventMeaning:
            assert kind.closed is not None, "a principal's record is a call"
            return self._meaning_of(kind.closed, entry, path)

        types = resource_types(entry) if kind.may_be_data else ()
        judged = Judged(kind.record, frame.judged(types, ask))
        self._judged.keep(kind.key, tuple(path.items()), judged)
        return judged

    def _kind(self, key: Key) -> _Kind:
        if len(self._kinds) >= MOST // 2:
            self._kinds.clear()
        key = self._shared.key(key)
        kind = self._kinds[key] = _Kind(key, *self._shared.caller(key[2]), self._principals)
        return kind

    def _meaning_of(self, closed: ApiCall, entry: Entry, path: dict[str, Hashable]) -> EventMeaning:
        """What the event map says; the open parts that it read are added to `path`."""
        node = self._meanings.roots.get((closed.event_source, closed.event_name))
        while type(node) is Branch:
            part = node.part
            if part in OPEN_PARTS:
                value: Hashable = path.setdefault(part, bytes(getattr(entry, part)))
            else:
                value = getattr(closed, part)
            node = node.children.get(value)
        if node is not None:
            return cast(EventMeaning, node)
        call = _open_call(closed, entry)
        answer = self._meaning(call)
        path.update((part, value) for part, value in call.path.items() if part in OPEN_PARTS)
        self._meanings.keep((closed.event_source, closed.event_name), tuple(call.path.items()), answer)
        return answer


def _may_be_data(record: Record) -> bool:
    """Whether `resources` tell the type of a data event, or may: not where the record says that it is none."""
    if record.event_category:
        return record.event_category == "Data"
    return record.is_management is False


def _samples(judgement: JudgedRecord) -> int:
    if not judgement.uses:
        return 0
    return DENIED_SAMPLES if judgement.fate is Fate.DENIED else SAMPLES
