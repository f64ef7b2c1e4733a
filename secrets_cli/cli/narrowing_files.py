"""Writing a proven narrowing to a folder: all of it or nothing, each file complete or absent."""

import contextlib
import json
import os
import tempfile
from pathlib import Path

from secrets_cli.errors import ConfigurationError
from secrets_cli.iam.render import policy_document
from secrets_cli.json_value import JsonValue
from secrets_cli.narrow.narrowing import Narrowing
from secrets_cli.report.narrowing_html import narrowing_html
from secrets_cli.report.narrowing_markdown import narrowing_markdown
from secrets_cli.report.narrowing_report import Reported


def write_narrowing(
    folder: Path, result: Narrowing, reported: Reported, document: dict[str, JsonValue]
) -> tuple[Path, ...]:
    """Write `policy.json` (or `policy-1.json`, ...) and `narrowing.json`, `.md` and `.html`; the paths in that order.

    `result` is what `reported` and `document` report. Each file is written under a temporary name beside its target and
    renamed, the policies last, so that a policy file never stands without its evidence. Raises ConfigurationError where the
    folder cannot be made or written.
    """
    many = len(result.policies) > 1
    names = [f"policy-{n}.json" if many else "policy.json" for n in range(1, len(result.policies) + 1)]
    reports = {
        folder / "narrowing.json": _as_text(document),
        folder / "narrowing.md": narrowing_markdown(reported),
        folder / "narrowing.html": narrowing_html(reported),
    }
    policies = {
        folder / name: _as_text(policy_document(policy)) for name, policy in zip(names, result.policies, strict=True)
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for target, text in (reports | policies).items():
            replace_file(target, text)
    except OSError as error:
        why = (error.strerror or "unknown error").lower()
        raise ConfigurationError(f"cannot write to `{folder}`: {why}", "choose another folder for --out") from None
    return (*policies, *reports)


def _as_text(document: dict[str, JsonValue]) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def replace_file(target: Path, text: str) -> None:
    """Write the text (UTF-8) under a temporary name beside the target, and rename it."""
    descriptor, temporary = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
        Path(temporary).replace(target)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(temporary).unlink()
        raise
