"""What `role audit` reads, in which order, and how its result leaves."""

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from secrets_cli.cli.exit_codes import ExitCode
from secrets_cli.cli.role_audit_format import AuditFormat
from secrets_cli.errors import AccessDenied, ConfigurationError, NothingToRead, NotThere

if TYPE_CHECKING:
    from secrets_cli.account.audit.evidence import Logs
    from secrets_cli.account.audit.functions import Functions
    from secrets_cli.account.audit.role_audit import Audit
    from secrets_cli.aws.account_details import AccountRoles
    from secrets_cli.aws.roles import PrincipalName
    from secrets_cli.aws.target import Connection, Target
    from secrets_cli.cli.log_sources import LogSources
    from secrets_cli.usage.usage import Usage

LARGEST_DETAILS = 1 << 31
"""Bytes of an account's details: some 3 KB a role, and its managed policies."""
LARGEST_USAGE = 1 << 30
_ACCOUNT = re.compile(r"\d{12}")


@dataclass(frozen=True, slots=True)
class Asking:
    """The command line."""

    roles: tuple[str, ...]
    all_roles: bool
    file: Path | None
    logs: tuple[str, ...]
    places: "LogSources"
    store: str | None
    usage: Path | None
    window: tuple[str | None, str | None, int | None]
    """Since, until, days."""
    selectors: tuple[Path, ...]
    least_days: int
    unused_days: int
    functions: tuple[Path, ...]
    function_regions: tuple[str, ...]
    asks_functions: bool
    trusted_accounts: frozenset[str]
    target: "Target"
    quiet: bool
    no_color: bool

    def refuse_odd(self) -> None:
        """Raise ConfigurationError where options contradict each other, or nothing was asked for."""
        if self.all_roles and self.roles:
            raise ConfigurationError("`--all` and the names of roles both say which", "give one of them")
        if not (self.all_roles or self.roles or self.file):
            raise ConfigurationError("no role was named", "name roles, or give `--all`, or `--file FILE`")
        if self.usage and self.logs:
            raise ConfigurationError("`--usage` and `--logs` both say what was used", "give one of them")
        if self.usage and any(self.window):
            raise ConfigurationError("`--usage` was counted already", "give `--since` and the like to `usage scan`")
        if self.store is not None and not self.logs:
            raise ConfigurationError("`--store` remembers logs, and none are given", "add `--logs`")
        if self.functions and self.function_regions:
            raise ConfigurationError("`--functions` and `--function-region` both say where functions are", "give one")
        if self.file and self.function_regions:
            raise ConfigurationError("`--file` asks AWS for nothing", "give `--functions FILE` for each region")
        for account in sorted(self.trusted_accounts):
            if not _ACCOUNT.fullmatch(account):
                raise ConfigurationError("`--trusted-account` takes an account's 12 digits", "correct the number")

    def print_policy(self) -> None:
        """The policy that the audit needs, to stdout."""
        from secrets_cli.account.audit.permissions import audit_permissions
        from secrets_cli.aws.roles import PrincipalKind, principal_name
        from secrets_cli.cli.terminal import write_text
        from secrets_cli.iam.render import render_policy

        if self.file:
            raise ConfigurationError("an audit of a file asks AWS for nothing", "leave out `--file`")
        self.refuse_odd()
        for word in self.roles:
            if principal_name(word).kind is not PrincipalKind.ROLE:
                raise ConfigurationError(f"`{word}` is no role", "name roles")
        arns = [word if word.startswith("arn:") else f"arn:aws:iam::*:role/{word}" for word in self.roles]
        write_text(render_policy(audit_permissions(arns, functions=self.asks_functions and not self.functions)))


def run(asking: Asking) -> "Audit":
    """Read everything once and judge it."""
    from secrets_cli.account.audit.audit import Question, audit_roles, today_utc
    from secrets_cli.account.audit.use import Asked
    from secrets_cli.catalog.load import load_catalog
    from secrets_cli.cli.progress import counted

    asking.refuse_odd()
    account = _account(asking)
    notes: list[str] = []
    functions = _functions(asking, account, notes)
    question = Question(
        load_catalog(),
        Asked(today_utc(), asking.unused_days),
        _logs(asking, account),
        functions,
        asking.trusted_accounts,
    )
    with counted("judging roles", quiet=asking.quiet, no_color=asking.no_color) as seen:
        audit = audit_roles(account, question, seen)
    return replace(audit, notes=tuple(notes))


def _account(asking: Asking) -> "AccountRoles":
    """The roles that were asked for. Raises NotThere for one that is not there, NothingToRead where there are none."""
    from secrets_cli.cli.progress import counted

    with counted("roles", quiet=asking.quiet, no_color=asking.no_color) as seen:
        if asking.file is None:
            from secrets_cli.aws.account_details import AccountDetails
            from secrets_cli.aws.target import Connection

            details = AccountDetails(Connection(asking.target))
            found = details.roles_named(_names(asking), seen) if asking.roles else details.all_roles(seen)
        else:
            from secrets_cli.account.audit.details_file import read_details
            from secrets_cli.cli.reading import read_bytes

            found = _chosen(read_details(read_bytes(asking.file, LARGEST_DETAILS), str(asking.file), seen), asking)
    if not found.roles:
        raise NothingToRead("there is no role to audit", "service-linked roles, which nobody can change, are left out")
    return found


def _names(asking: Asking) -> "tuple[PrincipalName, ...]":
    from secrets_cli.aws.roles import PrincipalKind, principal_name

    names = tuple(dict.fromkeys(principal_name(word) for word in asking.roles))
    for one in names:
        if one.kind is not PrincipalKind.ROLE:
            raise ConfigurationError(f"`{one.name}` is a user", "name roles")
    return names


def _chosen(account: "AccountRoles", asking: Asking) -> "AccountRoles":
    if not asking.roles:
        return account
    wanted = dict.fromkeys(asking.roles)
    kept = tuple(one for one in account.roles if one.arn in wanted or one.name in wanted)
    found = {word for one in kept for word in (one.arn, one.name)}
    for word in wanted:
        if word not in found:
            import difflib

            near = difflib.get_close_matches(word, [name for one in account.roles for name in (one.name, one.arn)], 1)
            help = f"did you mean `{near[0]}`?" if near else "see the names in the file's `RoleDetailList`"
            raise NotThere(f"there is no role `{word}` in `{asking.file}`", help)
    return replace(account, roles=kept)


def _logs(asking: Asking, account: "AccountRoles") -> "Logs | None":
    from secrets_cli.account.audit.evidence import Logs
    from secrets_cli.cli.sight_files import selectors_of

    usage = _usage(asking, account)
    if usage is None:
        if asking.selectors:
            raise ConfigurationError("`--selectors` says what logs can show, and none are given", "add `--logs`")
        return None
    return Logs.of(usage, selectors_of(asking.selectors, (), asking.target), asking.least_days)


def _usage(asking: Asking, account: "AccountRoles") -> "Usage | None":
    if asking.usage is not None:
        from secrets_cli.cli.reading import read_text
        from secrets_cli.usage.document import read_usage

        return read_usage(read_text(asking.usage, LARGEST_USAGE), str(asking.usage))
    if not asking.logs:
        asking.places.refuse_given()
        return None
    from secrets_cli.cli.event_history_options import refuse_selectors
    from secrets_cli.cli.scanning import asked_window

    refuse_selectors(asking.logs, asking.selectors)
    arns = frozenset(one.arn for one in account.roles)
    return asking.places.scan(asking.logs, arns, asked_window(*asking.window), quiet=asking.quiet, store=asking.store)


def _functions(asking: Asking, account: "AccountRoles", notes: list[str]) -> "Functions | None":
    """The functions by role; None where they are not asked for, or the caller may not list them."""
    from secrets_cli.account.audit.functions import functions_in

    if asking.functions:
        from secrets_cli.cli.reading import read_text

        return functions_in((read_text(path, LARGEST_USAGE), str(path)) for path in asking.functions)
    if asking.file is not None or not asking.asks_functions:
        return None
    from secrets_cli.aws.target import Connection

    try:
        return _live_functions(asking, Connection(asking.target), account)
    except AccessDenied as error:
        notes.append(f"which roles functions run as is not known: {error.message} ({error.help})")
        return None


def _live_functions(asking: Asking, connection: "Connection", account: "AccountRoles") -> "Functions":
    from secrets_cli.account.audit.functions import Functions, roles_of
    from secrets_cli.account.origin import STACK_TAG
    from secrets_cli.aws.account_functions import AccountFunctions
    from secrets_cli.cli.progress import counted

    service = AccountFunctions(connection)
    regions = asking.function_regions or service.enabled_regions()
    with counted("regions", quiet=asking.quiet, no_color=asking.no_color) as seen:
        found = service.in_regions(regions, seen)
    named = {stack for one in account.roles if (stack := dict(one.tags).get(STACK_TAG, ""))}
    gone = frozenset() if asking.function_regions else frozenset(named - found.stacks)
    return Functions(roles_of(found.functions), found.regions, gone)


def show(audit: "Audit", format_: AuditFormat, top: int, out: Path | None, *, quiet: bool, no_color: bool) -> ExitCode:
    """Write the result; the exit code that it comes to."""
    from secrets_cli.catalog.load import load_catalog
    from secrets_cli.cli.severity import exit_code_of_severity
    from secrets_cli.cli.terminal import hint, print_report, warn, write_text

    header = load_catalog().header
    if out is not None:
        from secrets_cli.cli.progress import stepped
        from secrets_cli.cli.role_audit_files import write_audit

        with stepped("pages", len(audit.roles), quiet=quiet, no_color=no_color) as seen:
            index = write_audit(audit, header, out, top, seen)
        hint(f"wrote {index}", quiet)
    match format_:
        case AuditFormat.JSON:
            from secrets_cli.cli.json_stream import JsonStream
            from secrets_cli.report.role_audit_json import audit_head, role_document

            stream = JsonStream(audit_head(audit, header), "roles")
            for one in audit.roles:
                stream.add(role_document(one))
            stream.end()
        case AuditFormat.MARKDOWN:
            from secrets_cli.report.role_audit_markdown import audit_markdown

            write_text(audit_markdown(audit, top).rstrip("\n"))
        case AuditFormat.TEXT:
            from secrets_cli.report.role_audit_text import audit_view

            print_report(audit_view(audit, top), no_color=no_color)
    for note in audit.notes:
        warn(note)
    code = exit_code_of_severity(audit.worst)
    return ExitCode.UNDECIDED if code is ExitCode.OK and audit.unresolved else code
