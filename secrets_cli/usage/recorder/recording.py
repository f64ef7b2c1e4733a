"""Making records of the calls that are heard, on a thread of its own, and delivering them as files.

A record waits until its caller is known, at most until the end or until very many wait: a key may be told of by a later call.
What cannot be made a record of is counted and named; nothing is guessed.
"""

import queue
import threading
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from secrets_cli.aws.operations import Unrecognised, recognise
from secrets_cli.aws.service_models import ServiceModels
from secrets_cli.errors import SecretsCliError
from secrets_cli.json_value import JsonValue
from secrets_cli.usage.recorder.added import decrypted, secure_names
from secrets_cli.usage.recorder.asking import Asking, learned
from secrets_cli.usage.recorder.callers import Callers, Person, user_identity
from secrets_cli.usage.recorder.delivery import Delivery
from secrets_cli.usage.recorder.records import Drafted, Exchange, drafted, unrecognised_event
from secrets_cli.usage.recorder.resources import Call, resources_of

_FILE_RECORDS: Final = 2000
_FILE_SECONDS: Final = 30.0
_WAITING: Final = 20_000
"""Records of unknown callers that are kept back."""
NO_ACCOUNT: Final = "000000000000"


@dataclass(frozen=True, slots=True)
class Recorded:
    """What came of a recording."""

    calls: Mapping[tuple[str, str], int]
    """Records by event source and principal (an ARN, or `key KEYID` where nobody said whose it is)."""
    denied: Mapping[tuple[str, str, str], int]
    """Refused ones by event source, event name and principal."""
    unrecognised: Mapping[str, int]
    """Calls of no known operation: `ssm: GetTheParameter`."""
    unknown_keys: Mapping[str, int]
    """Records by the key of nobody known."""
    added: int
    """Records that were added (`--add-kms`)."""
    notes: tuple[str, ...]
    files: tuple[Path, ...]
    selectors: Path | None
    """The file that says that every kind of event was recorded; None where calls may have gone past."""

    @property
    def total(self) -> int:
        """All records, added ones too."""
        return sum(self.calls.values())


@dataclass(slots=True)
class _Waiting:
    """A record that is not delivered yet."""

    drafted: Drafted
    resource_facts: Mapping[str, Any]
    secure: list[str]


@dataclass
class _Counts:
    calls: Counter[tuple[str, str]] = field(default_factory=Counter)
    denied: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    unrecognised: Counter[str] = field(default_factory=Counter)
    unknown_keys: Counter[str] = field(default_factory=Counter)
    added: int = 0


class Recording:
    """Takes exchanges from any thread; `close` delivers what is left and answers what came of it.

    `is_whole`: nothing is known that sends calls past the proxy.
    """

    def __init__(
        self, models: ServiceModels, callers: Callers, delivery: Delivery, *, add_kms: bool, is_whole: bool
    ) -> None:
        self._is_whole = is_whole
        self._models = models
        self._callers = callers
        self._delivery = delivery
        self._add_kms = add_kms
        self._asking: Asking | None = None
        self._asked: set[str] = set()
        self._heard: queue.SimpleQueue[Exchange | None] = queue.SimpleQueue()
        self._waiting: list[_Waiting] = []
        self._since = time.monotonic()
        self._counts = _Counts()
        self._notes: Counter[str] = Counter()
        self._noting = threading.Lock()
        self._failure: SecretsCliError | None = None
        self._thread = threading.Thread(target=self._work, name="recording", daemon=True)

    def start(self, asking: Asking | None) -> None:
        """Begin; `asking` where whose key a key is may be asked."""
        self._asking = asking
        self._thread.start()

    def hear(self, exchange: Exchange) -> None:
        """A call that passed by."""
        self._heard.put(exchange)

    def note(self, text: str) -> None:
        """Something the report should say; once, however often."""
        with self._noting:
            self._notes[text] += 1

    def close(self) -> Recorded:
        """Deliver everything. Raises the error that kept a file from being written."""
        self._heard.put(None)
        self._thread.join()
        if self._failure is not None:
            raise self._failure
        if self._is_whole and self._delivery.files:
            self._delivery.write_selectors()
        return Recorded(
            calls=dict(self._counts.calls),
            denied=dict(self._counts.denied),
            unrecognised=dict(self._counts.unrecognised),
            unknown_keys=dict(self._counts.unknown_keys),
            added=self._counts.added,
            notes=tuple(f"{text} ({count} times)" if count > 1 else text for text, count in self._notes.items()),
            files=tuple(self._delivery.files),
            selectors=self._delivery.selectors if self._is_whole and self._delivery.files else None,
        )

    def _work(self) -> None:
        while (exchange := self._next()) is not None:
            if isinstance(exchange, Exchange):
                self._take(exchange)
            if self._is_due():
                self._deliver(at_the_end=False)
        self._deliver(at_the_end=True)

    def _next(self) -> "Exchange | bool | None":
        """The next exchange, None at the end, True where none came for a while."""
        try:
            return self._heard.get(timeout=_FILE_SECONDS / 10)
        except queue.Empty:
            return True

    def _is_due(self) -> bool:
        return len(self._waiting) >= _FILE_RECORDS or time.monotonic() - self._since >= _FILE_SECONDS

    def _take(self, exchange: Exchange) -> None:
        try:
            self._draft(exchange)
        except Exception as error:  # noqa: BLE001  # one odd call must not end the recording of all others; it is counted and named
            self._counts.unrecognised[f"{exchange.scope.service}: could not be read ({type(error).__name__})"] += 1
            self._waiting.append(_Waiting(unrecognised_event(exchange, exchange.request.method), {}, []))

    def _draft(self, exchange: Exchange) -> None:
        recognised = recognise(exchange.request, exchange.scope.service, self._models)
        if isinstance(recognised, Unrecognised):
            self._counts.unrecognised[recognised.says] += 1
            if exchange.scope.access_key:
                self._waiting.append(_Waiting(unrecognised_event(exchange, recognised.name), {}, []))
            return
        one = drafted(exchange, recognised)
        if one.model == "sts" and "errorCode" not in one.event:
            self._callers.learn_from_sts(one.name, one.scope.access_key, one.sent, one.answer)
        facts = {name: one.answer[name] for name in ("KeyId", "SourceKeyId", "KeyMetadata") if name in one.answer}
        secure = secure_names(one.name, one.sent, one.answer) if self._add_kms and one.model == "ssm" else []
        one.sent, one.answer = {}, {}
        self._waiting.append(_Waiting(one, facts, secure))

    def _deliver(self, *, at_the_end: bool) -> None:
        """Write what waits and whose caller is known; at the end, everything."""
        self._since = time.monotonic()
        for key in {one.drafted.scope.access_key for one in self._waiting}:
            self._ask_about(key)
        everything = at_the_end or len(self._waiting) > _WAITING
        ready: list[_Waiting] = []
        kept: list[_Waiting] = []
        for one in self._waiting:
            (ready if everything or self._callers.of(one.drafted.scope.access_key) else kept).append(one)
        self._waiting = kept
        events = [event for one in ready for event in self._finished(one)]
        try:
            self._delivery.deliver(events)
        except SecretsCliError as error:
            self._failure = self._failure or error

    def _ask_about(self, key: str) -> None:
        if key and self._asking is not None and not self._callers.knows(key) and key not in self._asked:
            self._asked.add(key)
            learned(self._callers, key, self._asking)

    def _finished(self, one: _Waiting) -> list[dict[str, JsonValue]]:
        """The record with its caller and resources, and those added to it."""
        key = one.drafted.scope.access_key
        person = self._callers.of(key)
        event = one.drafted.event
        account = person.account if person else NO_ACCOUNT
        event["userIdentity"] = user_identity(person, key)
        parameters = event.get("requestParameters")
        call = Call(
            name=str(event["eventName"]),
            region=str(event["awsRegion"]),
            account=account,
            partition=person.partition if person else "aws",
            parameters=parameters if isinstance(parameters, dict) else {},
            answer=one.resource_facts,
        )
        resources = resources_of(str(event["eventSource"]).partition(".")[0], call)
        if resources:
            event["resources"] = resources
        event["recipientAccountId"] = account
        self._count(one.drafted, person)
        return [event, *self._added(one, person)]

    def _added(self, one: _Waiting, person: Person | None) -> list[dict[str, JsonValue]]:
        if not one.secure or self._asking is None or person is None:
            return []
        keys = self._asking.parameter_keys(one.secure)
        self._counts.added += len(keys)
        self._counts.calls["kms.amazonaws.com", person.principal] += len(keys)
        return [decrypted(one.drafted.event, name, key, person.account, person.partition) for name, key in keys.items()]

    def _count(self, one: Drafted, person: Person | None) -> None:
        key = one.scope.access_key
        who = person.principal if person else (f"key {key}" if key else "anonymous")
        source = str(one.event["eventSource"])
        self._counts.calls[source, who] += 1
        if person is None and key:
            self._counts.unknown_keys[key] += 1
        if one.is_denied:
            self._counts.denied[source, str(one.event["eventName"]), who] += 1
