"""An audit as HTML: a page of all roles with a picture of what they reach and use, and a page for each role.

The same audit gives the same bytes.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from secrets_cli.account.audit.evidence import State
from secrets_cli.account.audit.role_audit import Audit, RoleAudit
from secrets_cli.account.audit.use import ORPHANED_ROLE, UNUSED_ROLE
from secrets_cli.catalog.header import Header
from secrets_cli.report.html_page import Pages
from secrets_cli.report.narrowing_words import catalog_sentence
from secrets_cli.report.role_audit_figures import kind_of, reach_map, service_bars
from secrets_cli.report.role_audit_words import (
    basis_sentences,
    found_words,
    last_used,
    listed,
    made_by,
    summary_sentences,
    thin_roles,
    used_of_granted,
)
from secrets_cli.severity import Severity

OVERVIEW = "index.html"
ROLES = "roles"
"""The folder of the roles' pages, beside the overview."""
_IN_ROWS = 200
"""Roles with a row of their own on the overview; the others are links."""
_SHOWN_PATHS = 20
_UNSAFE = re.compile(r"[^A-Za-z0-9_+=,.@-]")


def page_names(roles: Sequence[RoleAudit]) -> tuple[str, ...]:
    """A file name for each role's page, no two the same where case does not count."""
    names: list[str] = []
    taken: set[str] = set()
    for one in roles:
        plain = _UNSAFE.sub("_", one.role.name)[:100] or "_"
        name, number = plain, 1
        while name.lower() in taken:
            number += 1
            name = f"{plain}-{number}"
        taken.add(name.lower())
        names.append(f"{name}.html")
    return tuple(names)


class AuditPages:
    """The pages of one audit."""

    def __init__(self, audit: Audit, catalog: Header) -> None:
        self.names = page_names(audit.roles)
        self._audit = audit
        self._catalog = catalog_sentence(catalog)
        self._pages = Pages(("narrowing.css", "role_audit.css"))

    def overview(self) -> str:
        """The page of all roles."""
        audit = self._audit
        hrefs = [f"{ROLES}/{name}" for name in self.names]
        rows = list(zip(audit.roles, hrefs, strict=True))
        thin = thin_roles(audit)
        return self._pages.page(
            "role_audit.html",
            audit=audit,
            worst=audit.worst.value if audit.worst else "",
            summary=tuple(summary_sentences(audit)),
            basis=(*basis_sentences(audit), self._catalog),
            tiles=tuple(_tiles(audit)),
            map=reach_map(audit.roles, hrefs),
            bars=service_bars(audit.roles),
            logged=audit.coverage is not None,
            rows=[_row(one, href) for one, href in rows[:_IN_ROWS]],
            rest=[(one.role.name, href) for one, href in rows[_IN_ROWS:]],
            thin=[(one.role.name, one.evidence.reasons) for one in thin[:_IN_ROWS]],
            thin_left=max(len(thin) - _IN_ROWS, 0),
        )

    def roles(self) -> Iterator[tuple[str, str]]:
        """File name and page of each role."""
        for one, name in zip(self._audit.roles, self.names, strict=True):
            yield name, self._role(one)

    def _role(self, one: RoleAudit) -> str:
        return self._pages.page(
            "role_audit_role.html",
            one=one,
            overview=f"../{OVERVIEW}",
            worst=one.worst.value if one.worst else "",
            facts=tuple(_facts(one)),
            logged=one.evidence.state is not State.NO_LOGS,
            enough=one.evidence.state is State.ENOUGH,
            services=_services(one),
            paths=one.paths[:_SHOWN_PATHS],
            paths_left=max(len(one.paths) - _SHOWN_PATHS, 0),
            unused=_by_service(listed(one.evidence.unused, one.services)),
            unused_count=len(one.evidence.unused),
            used=_by_service(listed(one.evidence.used, one.services)),
            used_count=len(one.evidence.used),
            invisible=_by_service(listed(one.evidence.invisible, one.services)),
            invisible_count=len(one.evidence.invisible),
            basis=(*basis_sentences(self._audit), self._catalog),
        )


@dataclass(frozen=True, slots=True)
class _Tile:
    what: str
    count: int


def _tiles(audit: Audit) -> Iterator[_Tile]:
    roles = audit.roles
    yield _Tile("roles", len(roles))
    yield _Tile("administrators", sum(one.administrator for one in roles))
    yield _Tile(
        "can get more permissions",
        sum(any(path.severity.rank > Severity.LOW.rank for path in one.paths) for one in roles),
    )
    unused = (ORPHANED_ROLE, UNUSED_ROLE)
    yield _Tile("unused or orphaned", sum(any(found.rule in unused for found in one.findings) for one in roles))


def _row(one: RoleAudit, href: str) -> Mapping[str, object]:
    return {
        "name": one.role.name,
        "href": href,
        "made_by": made_by(one),
        "last_used": last_used(one),
        "used": used_of_granted(one),
        "found": found_words(one),
        "worst": one.worst.value if one.worst else "",
        "risk": one.risk.total,
        "best": one.best,
    }


def _facts(one: RoleAudit) -> Iterator[tuple[str, str]]:
    role, origin = one.role, one.origin
    yield "Made by", f"{origin.framework.value}: {origin.told_by}" if origin else "not known"
    yield "Created", role.created[:10] or "not known"
    yield "Last used", last_used(one)
    if one.functions is not None:
        yield "Functions", ", ".join(arn.rpartition(":")[2] for arn in one.functions) or "none"
    yield "Inline policies", ", ".join(policy.name for policy in role.inline) or "none"
    yield "Attached policies", ", ".join(role.attached) or "none"
    yield "Boundary", role.boundary or "none"
    yield "Actions used", used_of_granted(one)


@dataclass(frozen=True, slots=True)
class _ServiceRow:
    name: str
    kind: str
    granted: int
    used: int
    invisible: int
    wide: float
    """Per cent of the longest bar, as are the others."""
    narrow: float
    hidden: float


def _services(one: RoleAudit) -> tuple[_ServiceRow, ...]:
    longest = max((service.granted for service in one.services.values()), default=1)
    order = sorted(one.services.items(), key=lambda item: (-item[1].granted, item[0]))
    return tuple(
        _ServiceRow(
            name,
            kind_of(service, one.evidence.state),
            service.granted,
            service.used,
            service.invisible,
            _share(service.granted, longest),
            _share(service.used, longest),
            _share(service.invisible, longest),
        )
        for name, service in order
    )


def _share(count: int, longest: int) -> float:
    return round(100 * count / longest, 2)


def _by_service(actions: Sequence[str]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    found: dict[str, list[str]] = {}
    for action in actions:
        service, _, name = action.partition(":")
        found.setdefault(service, []).append(name)
    return tuple((service, tuple(names)) for service, names in found.items())
