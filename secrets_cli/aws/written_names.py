"""Members of a request or an answer, as CloudTrail writes them: names with a small first letter, times in words.

What is sensitive by the model is written as `HIDDEN_DUE_TO_SECURITY_REASONS`, as CloudTrail does; bytes, streams and
documents of no fixed shape are left out; beyond that the caller says of each member whether it is written.

Names and times were measured on real records (docs/recorder.md): of 5,031 parameter names 99.3 % are the model's with a
small first letter. https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import Enum
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from secrets_cli.json_value import JsonValue

if TYPE_CHECKING:
    from botocore.model import Shape

HIDDEN: Final = "HIDDEN_DUE_TO_SECURITY_REASONS"
_LONGEST: Final = 2048
"""Characters of a text that is written; nothing longer names a resource. Policies are, whatever their length."""


class Kept(Enum):
    """What becomes of a member."""

    WRITTEN = "written"
    HIDDEN = "hidden"
    LEFT_OUT = "left out"


Keep: TypeAlias = Callable[[tuple[str, ...], bool], Kept]
"""From the names that lead to a member, and whether it is a value (no structure, list or map)."""


@dataclass(slots=True)
class Written:
    """What is written, and what was not."""

    value: dict[str, JsonValue] = field(default_factory=dict)
    hidden: list[str] = field(default_factory=list)
    """Every text that is not written, whole: to see whether another text quotes it. Never written or shown."""

    def __repr__(self) -> str:
        return f"Written({len(self.value)} members, {len(self.hidden)} hidden)"


def written(members: Mapping[str, Any], shape: "Shape", model: str, keep: Keep) -> Written:
    """The members by CloudTrail's names; `shape` is theirs, `model` the service's."""
    found = Written()
    writer = _Writer(model, keep, found.hidden)
    found.value = writer.struct(members, shape, ())
    return found


def small(name: str, model: str) -> str:
    """The name as CloudTrail writes it."""
    if model in _AS_THEY_ARE or (name.startswith("AWS") and model in _AWS_STAYS):
        return name
    return name[:1].lower() + name[1:]


_AS_THEY_ARE = frozenset({"ce"})
_AWS_STAYS = frozenset({"sqs", "sns", "kms"})
"""Services that write `AWSAccountIds` where others write `aWSServiceName`."""

ABSENT: Final = object()
"""What a member that is left out reads as."""


class _Writer:
    """Walks members along their shapes; fills the list of what it hides."""

    def __init__(self, model: str, keep: Keep, hidden: list[str]) -> None:
        self._model = model
        self._keep = keep
        self._hidden = hidden

    def struct(self, members: Mapping[str, Any], shape: "Shape", path: tuple[str, ...]) -> dict[str, JsonValue]:
        shapes = shape.members  # type: ignore[attr-defined]  # a structure
        found: dict[str, JsonValue] = {}
        for name, value in members.items():
            if name not in shapes:
                continue
            own = small(name, self._model)
            told = self._value(value, shapes[name], (*path, own))
            if told is not ABSENT:
                found[own] = told
        return found

    def _value(self, value: Any, shape: "Shape", path: tuple[str, ...]) -> Any:
        if value is None:
            return ABSENT
        kept = self._keep(path, shape.type_name not in ("structure", "list", "map"))
        if shape.metadata.get("sensitive") and kept is not Kept.LEFT_OUT:
            kept = Kept.HIDDEN
        if kept is not Kept.WRITTEN or _is_bytes(shape):
            self._hide(value)
            return HIDDEN if kept is Kept.HIDDEN and not _is_bytes(shape) else ABSENT
        return self._nested(value, shape, path)

    def _nested(self, value: Any, shape: "Shape", path: tuple[str, ...]) -> Any:
        match shape.type_name:
            case "structure":
                return self.struct(value, shape, path) if isinstance(value, Mapping) else ABSENT
            case "list":
                return self._list(value, shape, path)
            case "map":
                return self._map(value, shape, path)
            case "timestamp":
                return _time(value)
            case _:
                return self._plain(value, path)

    def _list(self, value: Any, shape: "Shape", path: tuple[str, ...]) -> Any:
        if not isinstance(value, list):
            return ABSENT
        told = (self._value(one, shape.member, path) for one in value)  # type: ignore[attr-defined]  # a list's shape
        return [one for one in told if one is not ABSENT]

    def _map(self, value: Any, shape: "Shape", path: tuple[str, ...]) -> Any:
        if not isinstance(value, Mapping):
            return ABSENT
        if shape.key.metadata.get("sensitive"):  # type: ignore[attr-defined]  # a map's shape
            self._hide(dict(value))
            return HIDDEN
        told = {str(key): self._value(one, shape.value, (*path, str(key))) for key, one in value.items()}  # type: ignore[attr-defined]  # likewise
        return {key: one for key, one in told.items() if one is not ABSENT}

    def _plain(self, value: Any, path: tuple[str, ...]) -> Any:
        if isinstance(value, str) and len(value) > _LONGEST and "polic" not in path[-1].lower():
            self._hide(value)
            return ABSENT
        return value if isinstance(value, (str, bool, int, float)) else ABSENT

    def _hide(self, value: Any) -> None:
        match value:
            case str():
                self._hidden.append(value)
            case bytes():
                self._hidden.append(value.decode("utf-8", "replace"))
            case Mapping():
                for key, one in value.items():
                    self._hide(str(key))
                    self._hide(one)
            case list():
                for one in value:
                    self._hide(one)
            case _:
                pass


def _is_bytes(shape: "Shape") -> bool:
    return (
        shape.type_name == "blob"
        or bool(shape.metadata.get("document"))
        or bool(shape.serialization.get("streaming") or shape.serialization.get("eventstream"))
    )


def _time(value: Any) -> JsonValue:
    """`Jul 10, 2023, 11:58:13 AM`, UTC; a text stays what it is."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        try:
            value = datetime.fromtimestamp(value, UTC)
        except (ValueError, OverflowError, OSError):
            return None
    if not isinstance(value, datetime):
        return str(value)[:64]
    moment = value.astimezone(UTC) if value.tzinfo else value
    return f"{moment:%b} {moment.day}, {moment.year}, {moment.hour % 12 or 12}:{moment:%M:%S %p}"
