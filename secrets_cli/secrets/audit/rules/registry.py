"""Every rule, and the judging of an account, of a log of reads and of a project by all that apply."""

from collections.abc import Set

from secrets_cli.secrets.audit.facts import AccountFacts
from secrets_cli.secrets.audit.project_files import ProjectFacts
from secrets_cli.secrets.audit.rules import expiry, functions, keys, plain, project, shared, unread, versions
from secrets_cli.secrets.audit.rules.rule import Rule
from secrets_cli.secrets.finding import Finding
from secrets_cli.secrets.read_log import ReadLog

RULES: tuple[Rule, ...] = (
    keys.AWS_MANAGED,
    keys.UNUSABLE,
    keys.ALIAS_MOVED,
    plain.PLAIN,
    expiry.NONE,
    expiry.SOON,
    expiry.OVER,
    unread.UNREAD,
    shared.SHARED,
    versions.BLOCKED,
    functions.ENVIRONMENT,
    project.IN_FILE,
    project.DOUBLE_SLASH,
)
"""In the order of docs/secret-audit.md."""

_ON_ACCOUNTS = (
    keys.check_keys,
    plain.check_plain,
    expiry.check_expiry,
    shared.check_shared,
    versions.check_versions,
    functions.check_functions,
)


def judge_account(account: AccountFacts, log: ReadLog | None, days: int) -> tuple[Finding, ...]:
    """The findings on an account; those on unread secrets where there is a log of reads."""
    found = [finding for check in _ON_ACCOUNTS for finding in check(account)]
    if log is not None:
        found += unread.check_unread(account, log, days)
    return tuple(found)


def judge_project(project_: ProjectFacts, kept_out: Set[str]) -> tuple[Finding, ...]:
    """The findings on a project folder; `kept_out` are the files that git ignores."""
    return tuple(project.check_project(project_, kept_out))
