"""What a setting's text is, before anybody asks whether it is a secret: a reference to where the secret is kept, a
placeholder, a plain fact (switch, number, duration, path, ARN, address), or a text that could be one.

References and placeholders are the good case, so they are known by their form and never a finding.
"""

import enum
import re

_REFERENCES = re.compile(
    r"""\$\{[^}]{0,500}\}       # ${ssm:/x}, ${self:custom.x}, ${env:X}, ${VAR}
    | \{\{[^}]{0,500}\}\}       # {{resolve:ssm:...}}, {{ jinja }}
    | \$\([^)]{0,500}\)         # $(command)
    | \#\{[^}]{0,500}\}\#?      # #{token}#
    | \{%.{0,500}?%\}
    | %\([A-Za-z_]\w{0,100}\)s | %[A-Za-z_]\w{0,100}%
    | `[^`]{1,500}`
    | @@[\w.-]{1,100}@@ | __[A-Z][A-Z0-9_]{0,100}__
    | <[^<>]{0,500}>
    | \$[A-Za-z_]\w*\b         # $VAR
    """,
    re.VERBOSE,
)
_SCHEMES = re.compile(
    r"(?:arn:aws[\w-]*:|ssm:/|aws-ssm:|aws-secretsmanager:|secretsmanager:|secret://|secrets?:|vault:|op://|sops:|gcpsm:|"
    r"keyring:|file://|env:|s3://|awssecret://|ref\+)",
    re.IGNORECASE,
)
_PLACEHOLDER = re.compile(
    r"""(?:
      change[-_ ]?(?:me|this|it)\b.*
    | replace[-_ ]?(?:me|this|with).*
    | (?:enter|insert|put|set|add|fill|type|paste)[-_ ](?:your|the|a|me|in|here|this|value|real|actual).*
    | your[-_ ]?[a-z][\w -]*
    | (?:my|some|any)[-_ ](?:super[-_ ])?(?:api[-_ ])?(?:key|token|secret|password|value|id|credentials?)s?
    | .*[-_ ]goes[-_ ]here | .*[-_ ]here
    | to[-_ ]?do | tbd | fix[-_ ]?me | n/?a | none | null | nil | undefined | empty | unset | default | optional | required
    | (?:a |the )?(?:dummy|fake|mock|sample|example|placeholder|redacted|masked|hidden|removed|stub)\b.*
    | .*[-_](?:placeholder|dummy|example|redacted)
    | (?:top[-_]?)?(?:secret|password|passwd|token|key|apikey|api[-_]key|credentials?|value|string|foo|bar|baz)(?:[-_]?value)?
    | not[-_ ]?(?:set|needed|used|required|a[-_ ]?secret).*
    | test(?:ing)? | local | localhost | dev(?:elopment)? | prod(?:uction)? | staging
    | \.{2,} | -{2,} | _{2,} | \?+ | \*+
    )""",
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
_FILLER = re.compile(r"(.)\1{2,}|(?:[xX*#.•0]+[-_ ]?)+|(?:sk|pk|ghp|xox[bp])?[-_]?(?:test_|live_)?[xX*.]{3,}")
_SWITCH = re.compile(r"true|false|yes|no|on|off|enabled|disabled", re.IGNORECASE)
_DURATION = re.compile(
    r"\d+(?:\.\d+)? ?(?:ms|s|sec|seconds?|m|min|minutes?|h|hours?|d|days?|w|weeks?|months?|y|years?|kb|mb|gb|%)"
    r"|(?:rate|cron)\(.*\)|P(?:T?\d+[YMWDHS])+",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?")
_SEGMENT = r"[\w.@+ ~-]+"
_PATH = re.compile(rf"(?:(?:~|\.{{1,2}}|[A-Za-z]:)?[/\\])(?:{_SEGMENT}[/\\])*(?:{_SEGMENT})?")
_KEPT_NAME = re.compile(r"[a-z][a-z0-9_.-]*(?:/[a-z0-9_.-]+)+")
_FILE = re.compile(
    r"[\w./ -]+\.(?:pem|key|crt|cer|p12|pfx|jks|json|ya?ml|toml|ini|env|txt|py|js|ts|sh|conf|cfg|properties|html?|xml|csv)",
    re.IGNORECASE,
)
_URL = re.compile(r"[a-z][a-z0-9+.-]*://\S+", re.IGNORECASE)
_ADDRESS = re.compile(
    r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+|\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?|[\w-]+(?:\.[\w-]+)+\.[a-z]{2,6}(?::\d+)?"
)
_LONG_RANDOM = re.compile(r"(?=.*[a-z])(?=.*[A-Z])(?=.*[0-9])[A-Za-z0-9+/]{32,}={0,2}")

_LONGEST_FACT = 1024
"""Characters of a path, host or file name."""


class Form(enum.Enum):
    """What a text is by its form."""

    EMPTY = "empty"
    REFERENCE = "reference"
    """It says where the value is kept."""
    PLACEHOLDER = "placeholder"
    FACT = "fact"
    """A switch, duration, path, file, host or other thing that no secret has the form of."""
    NUMBER = "number"
    URL = "url"
    TEXT = "text"
    """Anything else."""


def form_of(text: str) -> Form:
    """The form of a setting's text, white space at its ends left out."""
    text = text.strip()
    if not text:
        return Form.EMPTY
    if _SCHEMES.match(text) or not _meaningful(without_references(text)):
        return Form.REFERENCE
    if is_placeholder(text):
        return Form.PLACEHOLDER
    if _URL.fullmatch(text):
        return Form.URL
    if _NUMBER.fullmatch(text):
        return Form.NUMBER
    return Form.FACT if _is_fact(text) else Form.TEXT


def without_references(text: str) -> str:
    """The text with each reference left out."""
    return _REFERENCES.sub("", text)


def is_placeholder(text: str) -> bool:
    """Whether the text stands for a value that is yet to be given, as in an example; AWS's own examples say EXAMPLE."""
    text = text.strip()
    return bool(not text or "EXAMPLE" in text or _PLACEHOLDER.fullmatch(text) or _FILLER.fullmatch(text))


def _meaningful(rest: str) -> bool:
    """Whether what is left beside references says anything: separators and a word such as `Bearer` do not."""
    return bool(re.sub(r"\b(?:bearer|basic|token)\b", "", rest, flags=re.IGNORECASE).strip(" \t:/@,.;=+-_\"'"))


def _is_fact(text: str) -> bool:
    if len(text) > _LONGEST_FACT:
        return False
    if any(form.fullmatch(text) for form in (_SWITCH, _DURATION, _FILE, _KEPT_NAME, _ADDRESS)):
        return True
    return bool(_PATH.fullmatch(text)) and not _LONG_RANDOM.fullmatch(text)
