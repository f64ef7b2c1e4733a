"""Writing an audit to a folder: each file complete or absent, the overview last."""

from collections.abc import Callable
from pathlib import Path

from secrets_cli.account.audit.role_audit import Audit
from secrets_cli.catalog.header import Header
from secrets_cli.cli.narrowing_files import replace_file
from secrets_cli.cli.terminal import json_text
from secrets_cli.errors import ConfigurationError
from secrets_cli.report.role_audit_html import OVERVIEW, ROLES, AuditPages
from secrets_cli.report.role_audit_json import audit_document
from secrets_cli.report.role_audit_markdown import audit_markdown


def write_audit(
    audit: Audit, catalog: Header, folder: Path, top: int, seen: Callable[[int], None] = lambda _more: None
) -> Path:
    """Write `audit.json`, `audit.md`, a page for each role in `roles/`, and `index.html`; the path of the last.

    Pages of an earlier audit of other roles are left where they are. `seen` is told of each page. Raises ConfigurationError
    where the folder cannot be made or written.
    """
    pages = AuditPages(audit, catalog)
    try:
        (folder / ROLES).mkdir(parents=True, exist_ok=True)
        replace_file(folder / "audit.json", f"{json_text(audit_document(audit, catalog))}\n")
        replace_file(folder / "audit.md", audit_markdown(audit, top))
        for name, page in pages.roles():
            replace_file(folder / ROLES / name, page)
            seen(1)
        replace_file(folder / OVERVIEW, pages.overview())
    except OSError as error:
        why = (error.strerror or "unknown error").lower()
        raise ConfigurationError(f"cannot write to `{folder}`: {why}", "choose another folder for --out") from None
    return folder / OVERVIEW
