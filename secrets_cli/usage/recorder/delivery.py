"""Records as files in CloudTrail's key layout: gzip, whole or not there, readable by their owner alone.

`AWSLogs/ACCOUNT/CloudTrail/REGION/YYYY/MM/DD/ACCOUNT_CloudTrail_REGION_YYYYMMDDTHHmmZ_UNIQUE.json.gz`:
https://docs.aws.amazon.com/awscloudtrail/latest/userguide/get-and-view-cloudtrail-log-files.html
"""

import contextlib
import gzip
import json
import os
import secrets
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from secrets_cli.catalog.data_events import ACTIONS_BY_TYPE
from secrets_cli.errors import ConfigurationError
from secrets_cli.json_value import JsonValue

_Event = dict[str, JsonValue]


@dataclass(slots=True)
class Delivery:
    """The folder that files are written to."""

    folder: Path
    files: list[Path] = field(default_factory=list)
    """Those written so far."""

    @property
    def selectors(self) -> Path:
        """Where `write_selectors` writes. The name is none that a log file has."""
        return self.folder / "recorded.selectors"

    def prepare(self) -> None:
        """Make the folder, and see that it can be written. Raises ConfigurationError where not."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            descriptor, name = tempfile.mkstemp(prefix=".recording.", dir=self.folder)
            os.close(descriptor)
            Path(name).unlink()
        except OSError as error:
            why = (error.strerror or "unknown error").lower()
            raise ConfigurationError(
                f"cannot write to `{self.folder}`: {why}", "give another folder as `--out`"
            ) from None

    def deliver(self, events: Sequence[_Event]) -> None:
        """Write the records, one file for each account, region and day. Raises ConfigurationError where it cannot."""
        grouped: dict[tuple[str, str, str], list[_Event]] = {}
        for event in events:
            key = (str(event["recipientAccountId"]), str(event["awsRegion"]), str(event["eventTime"])[:10])
            grouped.setdefault(key, []).append(event)
        for (account, region, day), own in grouped.items():
            self._write(account, region, day, own)

    def write_selectors(self) -> None:
        """Say which events the logs hold, as a trail's event selectors say it (for `--selectors`): all of them, data events of
        every type too, since every call passes by. Raises ConfigurationError where it cannot be written."""
        chosen = [_selector("Management")]
        chosen += [
            _selector("Data", {"Field": "resources.type", "Equals": [type_]}) for type_ in sorted(ACTIONS_BY_TYPE)
        ]
        document = {"AdvancedEventSelectors": chosen}
        self._put(self.selectors, json.dumps(document, indent=1).encode())

    def _put(self, target: Path, content: bytes) -> None:
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            write_whole(target, content)
        except OSError as error:
            why = (error.strerror or "unknown error").lower()
            raise ConfigurationError(
                f"cannot write `{target}`: {why}", "free some space, or give another `--out`"
            ) from None

    def _write(self, account: str, region: str, day: str, events: list[_Event]) -> None:
        parent = self.folder / "AWSLogs" / account / "CloudTrail" / region / day.replace("-", "/")
        name = f"{account}_CloudTrail_{region}_{datetime.now(UTC):%Y%m%dT%H%MZ}_{secrets.token_hex(8)}.json.gz"
        content = gzip.compress(json.dumps({"Records": events}, ensure_ascii=False).encode("utf-8", "replace"))
        self._put(parent / name, content)
        self.files.append(parent / name)


def _selector(category: str, *more: dict[str, JsonValue]) -> JsonValue:
    fields: list[JsonValue] = [{"Field": "eventCategory", "Equals": [category]}, *more]
    return {"FieldSelectors": fields}


def write_whole(target: Path, content: bytes) -> None:
    """Write a file of mode 0600 under a temporary name beside it, then rename it."""
    descriptor, temporary = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)  # 0600 by its contract
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(target)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(temporary).unlink()
        raise
