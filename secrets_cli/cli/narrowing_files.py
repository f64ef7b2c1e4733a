"""Writing a proven narrowing to a folder: all of it or nothing, each file complete or absent."""

import contextlib
import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

from secrets_cli.errors import ConfigurationError
from secrets_cli.iam.render import policy_document
from secrets_cli.json_value import JsonValue
from secrets_cli.narrow.narrowing import Narrowing


def write_narrowing(folder: Path, result: Narrowing, document: Mapping[str, JsonValue]) -> tuple[Path, ...]:
    """Write `policy.json` (or `policy-1.json`, ...) and `narrowing.json`; the paths in that order.

    Each file is written under a temporary name beside its target and renamed, the policies last, so that a policy file
    never stands without its evidence. Raises ConfigurationError where the folder cannot be made or written.
    """
    many = len(result.policies) > 1
    names = [f"policy-{n}.json" if many else "policy.json" for n in range(1, len(result.policies) + 1)]
    targets = [folder / name for name in names]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _replace(folder / "narrowing.json", document)
        for target, policy in zip(targets, result.policies, strict=True):
            _replace(target, policy_document(policy))
    except OSError as error:
        why = (error.strerror or "unknown error").lower()
        raise ConfigurationError(f"cannot write to `{folder}`: {why}", "choose another folder for --out") from None
    return (*targets, folder / "narrowing.json")


def _replace(target: Path, document: Mapping[str, JsonValue]) -> None:
    descriptor, temporary = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(document, file, indent=2, ensure_ascii=False)
            file.write("\n")
        Path(temporary).replace(target)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(temporary).unlink()
        raise
