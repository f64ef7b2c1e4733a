"""`gate --usage FILE`: what logs say, read from the files that `usage scan` and `role narrow` write."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from secrets_cli.errors import ConfigurationError

if TYPE_CHECKING:
    from secrets_cli.gate.unused_access import UsageAsk

_LARGEST = 1024 * 1024 * 1024
"""Bytes of an output of `usage scan`."""


def usage_ask(files: Sequence[Path], named: Sequence[str], days: int) -> "UsageAsk":
    """What is asked about usage. Raises ConfigurationError for a principal that is no ARN."""
    from secrets_cli.cli.reading import read_text
    from secrets_cli.gate.unused_access import UsageAsk
    from secrets_cli.gate.usage_evidence import read_evidence

    if named and not files:
        raise ConfigurationError("`--usage-principal` says whose usage it is, and none is given", "add `--usage FILE`")
    evidence = tuple(read_evidence(read_text(file, _LARGEST), str(file)) for file in files)
    return UsageAsk(evidence, dict(_named(one) for one in named), days)


def _named(text: str) -> tuple[str, str]:
    name, sign, arn = text.rpartition("=")
    if not arn.startswith("arn:") or (sign and not name):
        raise ConfigurationError(
            "`--usage-principal` takes an ARN, or `NAME=ARN`",
            "write it so: --usage-principal 'role ApiRole=arn:aws:iam::111122223333:role/app-ApiRole-1ABCDEFGHIJKL'",
        )
    return name, arn
