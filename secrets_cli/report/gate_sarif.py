"""The gate's judgement as SARIF 2.1.0, the subset that GitHub code scanning reads included.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/sarif-v2.1.0-os.html and
https://docs.github.com/en/code-security/reference/code-scanning/sarif-files/sarif-support. What SARIF calls a fix is a
replacement of text; a fix of ours is a change of what a statement says, so it is told in the message.
"""

from collections.abc import Mapping, Sequence

from secrets_cli import __version__
from secrets_cli.gate.finding import Finding, State
from secrets_cli.gate.judgement import Judgement, Unreadable
from secrets_cli.gate.rule import Rule
from secrets_cli.iam.location import Location
from secrets_cli.inputs.found import Unresolved
from secrets_cli.json_value import JsonValue
from secrets_cli.severity import Confidence, Severity

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
FINGERPRINT = "secretsCliFingerprint/v1"
_ROOT = "%SRCROOT%"
_LEVEL = {Severity.HIGH: "error", Severity.MEDIUM: "warning", Severity.LOW: "note", Severity.INFO: "note"}
_SCORE = {Severity.HIGH: "8.0", Severity.MEDIUM: "5.5", Severity.LOW: "3.0", Severity.INFO: "1.0"}
"""GitHub: over 9.0 is critical, 7.0 to 8.9 high, 4.0 to 6.9 medium, 0.1 to 3.9 low."""
_PRECISION = {Confidence.HIGH: "high", Confidence.MEDIUM: "medium", Confidence.LOW: "low"}


def gate_sarif(judgement: Judgement, rules: Sequence[Rule], exit_code: int | None = None) -> dict[str, JsonValue]:
    """One run: the rules that found something, findings of every state, and notifications of what was not understood.

    A finding that is suppressed or in the baseline carries `suppressions`, which GitHub does not look at. `exit_code` is
    the process's own, where it is known.
    """
    broken = {one.rule for one in judgement.findings}
    told = [rule for rule in rules if rule.id in broken]
    places = {rule.id: index for index, rule in enumerate(told)}
    notices = [
        *(_unreadable(one) for one in judgement.unreadable),
        *(_unresolved(one) for one in judgement.unresolved),
    ]
    invocation: dict[str, JsonValue] = {
        "executionSuccessful": not judgement.unreadable,
        "toolExecutionNotifications": notices,
    }
    if exit_code is not None:
        invocation["exitCode"] = exit_code
    run: dict[str, JsonValue] = {
        "tool": {"driver": _driver(told)},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {_ROOT: {"description": {"text": "The folder that the gate was run in."}}},
        "invocations": [invocation],
        "results": [_result(one, places.get(one.rule)) for one in judgement.findings],
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _driver(rules: Sequence[Rule]) -> dict[str, JsonValue]:
    return {
        "name": "secrets-cli gate",
        "semanticVersion": __version__,
        "rules": [_rule(rule) for rule in rules],
        "notifications": [
            {
                "id": "not-readable",
                "shortDescription": {"text": "A file that could not be read, and so is not passed."},
            },
            {
                "id": "unknown",
                "shortDescription": {"text": "A value that could not be resolved, and so is not passed."},
            },
        ],
    }


def _rule(rule: Rule) -> dict[str, JsonValue]:
    title = f"{rule.title[0].upper()}{rule.title[1:]}"
    references = "\n".join(f"* <{address}>" for address in rule.references)
    return {
        "id": rule.id,
        "name": "".join(word.capitalize() for word in rule.id.split("-")),
        "shortDescription": {"text": title},
        "fullDescription": {"text": rule.why},
        "help": {
            "text": f"{rule.why}\n\nHow to fix: {rule.how_to_fix}",
            "markdown": f"{rule.why}\n\n**How to fix.** {rule.how_to_fix}\n\n{references}",
        },
        "defaultConfiguration": {"level": _LEVEL[rule.severity]},
        "properties": {
            "security-severity": _SCORE[rule.severity],
            "precision": _PRECISION[rule.confidence],
            "tags": ["security", "aws", "iam", f"persona/{rule.persona.value}"],
        },
    }


def _result(finding: Finding, rule_index: int | None) -> dict[str, JsonValue]:
    result: dict[str, JsonValue] = {
        "ruleId": finding.rule,
        "level": _LEVEL[finding.severity],
        "message": {"text": _message(finding)},
        "locations": [{"physicalLocation": _physical(finding.location), "logicalLocations": _logical(finding)}],
        "partialFingerprints": {FINGERPRINT: finding.fingerprint},
        "properties": {"severity": finding.severity.value, "confidence": finding.confidence.value},
    }
    if rule_index is not None:
        result["ruleIndex"] = rule_index
    if not finding.principal:
        result["locations"] = [{"physicalLocation": _physical(finding.location)}]
    if finding.state is not State.OPEN:
        kind = "inSource" if finding.state is State.SUPPRESSED else "external"
        result["suppressions"] = [{"kind": kind, "status": "accepted", "justification": finding.note or _WHY_NOT_OPEN}]
    return result


_WHY_NOT_OPEN = "it was there when the baseline was written"


def _message(finding: Finding) -> str:
    """The message, a sentence of its own, then what shows it and what would mend it."""
    lines = [finding.message, *(f"- {one}" for one in finding.evidence)]
    if finding.fix is not None:
        lines.append(f"Fix: {finding.fix.what}")
    return _no_links("\n".join(lines))


def _no_links(text: str) -> str:
    """SARIF reads `[text](target)` in a plain message as a link (3.11.6): brackets of others are escaped."""
    return text.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")


def _logical(finding: Finding) -> list[JsonValue]:
    return [{"name": finding.principal}]


def _physical(location: Location) -> dict[str, JsonValue]:
    return {
        "artifactLocation": _artifact(location.file),
        "region": {"startLine": max(location.line, 1), "startColumn": max(location.column, 1)},
    }


def _artifact(file: str) -> dict[str, JsonValue]:
    """The file as an address: relative to the folder the gate was run in, or absolute as `file:`."""
    path = f"/{file}".replace("\\", "/") if _has_drive(file) else file
    written = "".join(_percent(byte) for byte in path.encode("utf-8", "surrogateescape"))
    if path.startswith("/"):
        return {"uri": f"file://{written}"}
    # RFC 3986, 4.2: the first segment of a relative address has no colon
    head, slash, rest = written.removeprefix("./").partition("/")
    return {"uri": f"{head.replace(':', '%3A')}{slash}{rest}", "uriBaseId": _ROOT}


def _percent(byte: int) -> str:
    """RFC 3986, 3.3: what may stand in a path as it is, and the others as `%20`."""
    character = chr(byte)
    plain = (character.isascii() and character.isalnum()) or character in "/-._~!$&'()*+,;=@:"
    return character if plain else f"%{byte:02X}"


def _has_drive(file: str) -> bool:
    return len(file) > 2 and file[0].isalpha() and file[1] == ":" and file[2] in "\\/"


def _unreadable(file: Unreadable) -> dict[str, JsonValue]:
    return {
        "level": "error",
        "message": {"text": _no_links(f"{file.message}; {file.help}" if file.help else file.message)},
        "descriptor": {"id": "not-readable"},
        "locations": [{"physicalLocation": {"artifactLocation": _artifact(file.file)}}],
    }


def _unresolved(unknown: Unresolved) -> Mapping[str, JsonValue]:
    supply = f"; supply {unknown.supply}" if unknown.supply else ""
    return {
        "level": "warning",
        "message": {"text": _no_links(f"{unknown.reason}{supply}")},
        "descriptor": {"id": "unknown"},
        "locations": [{"physicalLocation": _physical(unknown.location)}],
    }
