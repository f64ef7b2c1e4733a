"""What parliament says of identity policies that the gate's own rules do not say.

parliament is optional, is imported only when it is asked, and is asked in a process of its own: its comparison of patterns takes
exponential time on some, so whoever waits must be able to end it. Nothing of it is taken as it stands: it is asked about
single statements of identity policies alone (it calls every trust policy malformed), what its older data or its expansion of
`service:*` makes up is left out, and so is what a rule of the gate has said of the same statement.

Known false alarms: https://github.com/duo-labs/parliament/issues/229 (trust policies),
https://github.com/duo-labs/parliament/issues/255 (resources it does not know), https://github.com/duo-labs/parliament/issues/10
(ARNs of MFA devices).
"""

import importlib
import importlib.util
import multiprocessing
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from types import MappingProxyType, ModuleType
from typing import TypeAlias

from secrets_cli.catalog.catalog import Catalog
from secrets_cli.gate.finding import Finding
from secrets_cli.gate.knowledge import Knowledge
from secrets_cli.gate.principals import known_actions, statements_of
from secrets_cli.gate.resource_fit import fits, is_wild, known_matching
from secrets_cli.gate.rule import Hit
from secrets_cli.gate.subject import StatementAt
from secrets_cli.iam.policy_kind import PolicyKind
from secrets_cli.iam.render import render_policy
from secrets_cli.inputs.found import UNKNOWN, PolicyAt
from secrets_cli.severity import Severity

SAME_NOTION: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "RESOURCE_STAR": frozenset(
            {
                "full-admin",
                "service-wildcard",
                "action-wildcard",
                "resource-wildcard",
                "ssm-get-wildcard",
                "not-resource-allow",
                "zappa-default-policy",
            }
        ),
        "RESOURCE_EFFECTIVELY_STAR": frozenset(
            {"full-admin", "service-wildcard", "action-wildcard", "resource-wildcard"}
        ),
        "RESOURCE_MISMATCH": frozenset({"dead-resource", "dead-statement", "malformed-arn", "placeholder"}),
        "INVALID_ARN": frozenset({"malformed-arn", "invalid-account-id", "placeholder"}),
        "UNKNOWN_ACTION": frozenset({"unknown-action"}),
        "UNKNOWN_PREFIX": frozenset({"unknown-action"}),
        "UNKNOWN_CONDITION_FOR_ACTION": frozenset({"unknown-condition-key"}),
        "MISMATCHED_TYPE": frozenset({"condition-operator-mismatch"}),
        "MISMATCHED_TYPE_BUT_USABLE": frozenset({"condition-operator-mismatch"}),
        "MISMATCHED_TYPE_OPERATION_TO_NULL": frozenset({"condition-operator-mismatch"}),
        "OLD_VERSION": frozenset({"deprecated-version"}),
        "NO_VERSION": frozenset({"deprecated-version"}),
    }
)
"""parliament's issue -> the gate's rules that say the same of a statement."""

_NOT_ITS_TO_SAY = frozenset(
    {"EXCEPTION", "MALFORMED", "MALFORMED_JSON", "DUPLICATE_SID", "INVALID_SID", "INVALID_VERSION"}
)
"""What our parser has decided already."""
_SEVERITY = MappingProxyType(
    {"HIGH": Severity.MEDIUM, "CRITICAL": Severity.MEDIUM, "MEDIUM": Severity.LOW, "LOW": Severity.INFO}
)


@dataclass(frozen=True, slots=True)
class Unavailable:
    """The second opinion, or a part of it, is not to be had."""

    reason: str
    """Lower-case, without a full stop."""
    hits: tuple[Hit, ...] = ()
    """What it said before."""


Opinion: TypeAlias = tuple[Hit, ...] | Unavailable


@dataclass(frozen=True, slots=True)
class Remark:
    """One finding of parliament, as plain values."""

    issue: str
    severity: str
    title: str
    detail: str


def parliament_opinion(
    policies: Sequence[PolicyAt], findings: Sequence[Finding], knowledge: Knowledge, seconds: float
) -> Opinion:
    """What parliament says of the statements of identity policies, less what `findings` say of them already.

    It is given so many seconds for all of them together, its start of some 0.7 s included, and is ended then.
    """
    asked = [
        at for policy in policies if policy.kind is PolicyKind.IDENTITY for at in statements_of(policy) if _is_known(at)
    ]
    if not asked:
        return ()
    if importlib.util.find_spec("parliament") is None:
        return Unavailable("parliament is not installed; the extra `second-opinion` brings it")
    remarks, reason = _remarks([render_policy(at.alone, indent=None) for at in asked], seconds)
    said = _Said.of(findings)
    hits = tuple(
        _hit(at, remark)
        for at, found in zip(asked, remarks, strict=False)
        for remark in found
        if is_worth_saying(remark, at, knowledge.catalog) and not said.already(at, remark, asked)
    )
    return Unavailable(reason, hits) if reason else hits


def is_worth_saying(remark: Remark, at: StatementAt, catalog: Catalog) -> bool:
    """Whether a remark is none of the known false alarms."""
    if remark.issue in _NOT_ITS_TO_SAY:
        return False
    names = known_actions(at.statement.action, catalog)
    match remark.issue:
        case "UNKNOWN_ACTION" | "UNKNOWN_PREFIX":
            return any(not known_matching(value, catalog) for value in at.statement.action.values)
        case "RESOURCE_MISMATCH":
            return _some_action_fits_nothing(at, catalog)
        case "RESOURCE_STAR" | "RESOURCE_EFFECTIVELY_STAR":
            return any(catalog.resource_patterns(name) for name in names)
        case "INVALID_ARN":
            resource = at.statement.resource
            return resource is None or not all(":mfa/" in value for value in resource.values)
        case _:
            return True


def _some_action_fits_nothing(at: StatementAt, catalog: Catalog) -> bool:
    resource = at.statement.resource
    if resource is None or resource.negated or at.statement.action.negated:
        return False
    literal = [
        name for value in at.statement.action.values if not is_wild(value) for name in known_matching(value, catalog)
    ]
    return any(not any(fits(name, value, catalog) for value in resource.values) for name in literal)


def _is_known(at: StatementAt) -> bool:
    return UNKNOWN not in render_policy(at.alone, indent=None)


def _hit(at: StatementAt, remark: Remark) -> Hit:
    detail = f": {remark.detail}" if remark.detail else ""
    return Hit(
        f"parliament says {remark.issue} of {at.named}, {remark.title[:1].lower()}{remark.title[1:].rstrip('. ')}{detail}",
        at.location,
        about=(at,),
        severity=_SEVERITY.get(remark.severity, Severity.INFO),
        subject=f"{remark.issue} {remark.detail}",
    )


@dataclass(frozen=True, slots=True)
class _Said:
    """What the gate's rules said, by file."""

    by_file: Mapping[str, tuple[Finding, ...]]

    @classmethod
    def of(cls, findings: Iterable[Finding]) -> "_Said":
        by_file: dict[str, list[Finding]] = {}
        for finding in findings:
            by_file.setdefault(finding.location.file, []).append(finding)
        return cls({file: tuple(found) for file, found in by_file.items()})

    def already(self, at: StatementAt, remark: Remark, asked: Sequence[StatementAt]) -> bool:
        """Whether a rule of the same notion speaks of a place within the statement: from where it begins to where the
        next one does. The version is the whole policy's."""
        rules = SAME_NOTION.get(remark.issue, frozenset())
        file, line = at.location.file, at.location.line
        later = [one.location.line for one in asked if one.location.file == file and one.location.line > line]
        end = min(later, default=None)
        for finding in self.by_file.get(file, ()):
            place = finding.location.line
            within = line <= place and (end is None or place < end)
            if finding.rule in rules and (within or finding.rule == "deprecated-version"):
                return True
        return False


# --- the other process -----------------------------------------------------------------------------------------------


def _remarks(texts: Sequence[str], seconds: float) -> tuple[list[list[Remark]], str]:
    """The remarks on each text, as far as they came in time, and why the others did not."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_answer, args=(theirs, tuple(texts)), daemon=True)
    process.start()
    theirs.close()
    try:
        return _received(ours, len(texts), time.monotonic() + seconds, seconds)
    finally:
        process.kill()
        process.join()
        ours.close()


def _received(ours: Connection, number: int, deadline: float, seconds: float) -> tuple[list[list[Remark]], str]:
    answers: list[list[Remark]] = []
    while len(answers) < number:
        if not ours.poll(max(0.0, deadline - time.monotonic())):
            return (
                answers,
                f"parliament was not done within {seconds:g} s; {number - len(answers)} of {number} statements are left",
            )
        try:
            answer = ours.recv()
        except EOFError:
            return answers, "parliament ended without an answer"
        if isinstance(answer, str):
            return answers, f"parliament cannot be asked: {answer}"
        answers.append([Remark(*parts) for parts in answer])
    return answers, ""


def _answer(theirs: Connection, texts: tuple[str, ...]) -> None:
    """In the other process: one list of plain values a text, or one text that says why there is none."""
    import warnings

    warnings.simplefilter("ignore")
    try:
        module = importlib.import_module("parliament")
    except ImportError as error:  # as with a setuptools that has no pkg_resources
        theirs.send(f"{error}")
        return
    for text in texts:
        theirs.send(list(_asked(module, text)))


def _asked(module: ModuleType, text: str) -> Iterator[tuple[str, str, str, str]]:
    for finding in module.analyze_policy_string(text, ignore_private_auditors=True).findings:
        told = module.enhance_finding(finding)
        yield told.issue, str(told.severity), str(told.title), _plain(told.detail)


def _plain(detail: object) -> str:
    """One line of at most 200 characters."""
    return " ".join(str(detail or "").split())[:200]
