"""HTML pages that need nothing beside them: no network, no script.

Names out of logs and policies are a stranger's words. Jinja escapes every value (autoescape), `printable` writes invisible
characters out, and each page's own Content-Security-Policy allows nothing but its very style sheet, by its hash:
https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Content-Security-Policy/style-src
"""

import base64
import hashlib
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from secrets_cli import __version__
from secrets_cli.report.printable import printable
from secrets_cli.wording import how_many

if TYPE_CHECKING:
    from jinja2 import Environment


class Pages:
    """Pages with one style sheet, made of packaged templates."""

    def __init__(self, styles: Sequence[str]) -> None:
        self._environment = _environment()
        self._style = "".join(self._environment.get_template(name).render() + "\n" for name in styles).rstrip("\n")
        digest = hashlib.sha256(self._style.encode()).digest()
        self._digest = base64.b64encode(digest).decode("ascii")

    def page(self, template: str, **values: object) -> str:
        """The page, ended by one line feed."""
        from markupsafe import Markup

        page = self._environment.get_template(template).render(
            style=Markup(self._style),  # noqa: S704  # the packaged style sheets, which hold no value
            style_hash=self._digest,
            version=__version__,
            **values,
        )
        return page.rstrip("\n") + "\n"


def _environment() -> "Environment":
    from jinja2 import Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup, escape

    def shown(value: object) -> object:
        """Of every value that is put into the page."""
        return printable(value) if isinstance(value, str) and not isinstance(value, Markup) else value

    environment = Environment(
        loader=PackageLoader("secrets_cli.report", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["lines"] = lambda text: Markup("\n").join(escape(printable(one)) for one in text.split("\n"))
    environment.filters["time"] = lambda time: Markup("<time>{}</time>").format(_readable(time))
    environment.filters["many"] = how_many
    environment.filters["number"] = lambda number: f"{number:,}"
    return environment


_TIME = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d):\d\dZ")


def _readable(time: str) -> str:
    found = _TIME.fullmatch(time)
    return f"{found[1]} {found[2]} UTC" if found else printable(time) or "no time"
