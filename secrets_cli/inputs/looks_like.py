"""Whether a file may hold what the gate judges, told from its bytes before anything is parsed.

Most files of a repository are none of ours, and many are not even what their name says (a Helm chart's `.yaml` is a
template). So only what looks like one of ours is parsed, and only what certainly looks like one is an error where that
fails.

INVARIANT: a file that holds a policy is never `NO`. A policy's document has the names `Statement` and `Effect`; a template
has the type of a resource, `AWS::...`; a service file has `service` and `provider`. They can be written only by their letters
or by escapes, and text with escapes that stand for letters is `PERHAPS`.
"""

import enum
import posixpath
import re
from typing import Final

from secrets_cli.inputs.sam_env import names_sam_env


class Look(enum.Enum):
    """What a file looks like."""

    NO = "no"
    """None of ours."""
    PERHAPS = "perhaps"
    """It may be one of ours: worth parsing, and not worth a word where it cannot be."""
    SURELY = "surely"
    """It holds a policy, a template or a service, or what passes for one: it must be readable."""


_STATEMENT: Final = re.compile(rb"[Ss]tatement")
_EFFECT: Final = re.compile(rb"(?<![A-Za-z])Effect(?![a-z])")
_POLICY_BEGUN: Final = re.compile(rb'"[Ss]tatement"\s*:|"Version"\s*:\s*"20(?:12|08)-10-17"')
"""How a policy in JSON begins: one that breaks off before its first effect is still one that must be readable."""
_TEMPLATE: Final = re.compile(rb"AWS::[A-Z]|AWSTemplateFormatVersion")
_SERVICE: Final = re.compile(rb"""(?m)^[\s{,]*["']?service["']?\s*:""")
_PROVIDER: Final = re.compile(rb"""(?m)(?:^|[\s{,])["']?provider["']?\s*:""")
_PLAN: Final = re.compile(rb'"(?:planned_values|resource_changes)"\s*:')
_STATE: Final = re.compile(rb'"format_version"\s*:.{0,200}"values"\s*:', re.DOTALL)
_ACCOUNT: Final = re.compile(rb'"(?:User|Role|Group)DetailList"\s*:')
_LETTER: Final = re.compile(rb"\\(?:u00|x|U000000)(?:[46][0-9A-Fa-f]|[57][0-9Aa])|\\\r?\n")
"""An escape that stands for a letter, or a line that goes on in the next, in JSON or YAML."""
_TERRAFORM: Final = re.compile(rb"aws_|\\u00|\bmodule\b")

_TERRAFORM_ENDINGS: Final = (".tf", ".tofu")
_DOCUMENT_ENDINGS: Final = (".json", ".yml", ".yaml", ".template", ".policy")
TEMPLATE_ENDINGS: Final = (".tpl", ".tftpl", ".j2", ".jinja", ".jinja2", ".erb", ".hbs", ".mustache", ".tmpl")
_MARKED: Final = ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
"""Byte order marks of encodings that are not read."""


def look_of(data: bytes, name: str) -> Look:
    """What the file looks like by its content, and by its name where the name says it.

    A file whose name is not that of a document (a program, a page) is never surely one of ours unless it begins with `{`.
    """
    base = posixpath.basename(name).lower()
    for mark, encoding in _MARKED:
        if data.startswith(mark):
            data = data[len(mark) :].decode(encoding, "replace").encode()
    if (base.startswith("zappa_settings.") or ".zappa_settings." in base) and not base.endswith((".py", ".pyc")):
        return Look.SURELY
    if base.endswith(_TERRAFORM_ENDINGS):
        return Look.SURELY if _TERRAFORM.search(data) else Look.NO
    look = _look_of_document(data, base)
    if look is Look.NO and names_sam_env(base):
        return Look.PERHAPS
    is_document = base.endswith(_DOCUMENT_ENDINGS) or base == "-" or _begins_with(data, b"{")
    return Look.PERHAPS if look is Look.SURELY and not is_document else look


def _begins_with(data: bytes, *marks: bytes) -> bool:
    return data[:64].lstrip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n")[:1] in marks


def is_worth_reading(head: bytes, name: str) -> bool:
    """Whether the whole of a file is worth looking at, by its name or by how it begins."""
    base = posixpath.basename(name).lower()
    if base.endswith((*_TERRAFORM_ENDINGS, ".tfvars", *_DOCUMENT_ENDINGS)) or base.startswith("zappa_settings."):
        return True
    return (
        head.lstrip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n")[:1] in (b"{", b"[", b'"') or b"AWSTemplateFormatVersion" in head
    )


def _look_of_document(data: bytes, base: str) -> Look:
    if (_STATEMENT.search(data) and _EFFECT.search(data)) or _POLICY_BEGUN.search(data):
        return Look.SURELY
    if _TEMPLATE.search(data) or _PLAN.search(data) or _ACCOUNT.search(data):
        return Look.SURELY
    if _SERVICE.search(data) and _PROVIDER.search(data):
        return Look.SURELY if base.startswith("serverless") else Look.PERHAPS
    return Look.PERHAPS if _STATE.search(data) or _LETTER.search(data) else Look.NO


_RENDERED: Final = re.compile(r"\{%|\{\{-?\s*(?:if|else|end|range|with|define|include|template|block|toYaml)\b|<%")


def is_rendered(text: str, name: str) -> bool:
    """Whether it is a template of another program (Helm, Jinja, ERB), which makes the file that AWS sees."""
    return posixpath.basename(name).lower().endswith(TEMPLATE_ENDINGS) or bool(_RENDERED.search(text))
