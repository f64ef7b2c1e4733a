"""What of a call is written: what CloudTrail itself logs, and less where that could hold a secret.

Three rules, the strictest holds:
- By the model: what it calls sensitive is hidden, bytes and streams are left out (aws/written_names.py).
- By name: what is a value rather than a name (environments, bodies, messages, inputs, passwords, tokens) is hidden, in every
  service: CloudTrail hides many of these, and no policy needs them.
- Of a data event only names, ids, ARNs and URLs are written: CloudTrail logs which item it was, not what is in it.
"""

import re
from urllib.parse import unquote_plus

from secrets_cli.aws.written_names import Keep, Kept

_VALUES = re.compile(
    r"""environment$ | environment_?variables? | ^env$ | passw(or)?d | passphrase | pass_?code | credential | private_?key
    | (session|auth|access|refresh|bearer|oauth|github|security|identity|saml|web_?identity|api)_?token$ | tokenvalue | tokencode
    | ^token$ | authenticationcode | assertion$ | plaintext | ciphertext | cleartext | user_?data$ | payload | ^body$ | .body$
    | message(s|body|attributes?|structure)?$ | ^inputs?$ | ^outputs?$ | ^contents?$ | ^text$ | ^prompts?$ | ^system$
    | zip_?file | template_?body | parameter_?values?$ | override_?values?$ | defaultarguments | connectionproperties
    | querystring$ | ^sqls?$ | statements?$ | ^detail$ | ^data$ | ^blob$ | secret(string|binary|value|key|accesskey)?$
    | securestring | ^definition$ | clientcontext | ^metadata$ | ^code(zip)?$ | ^subject$ | ^html$ | ^rawmessage$
    | certificatebody | ^metadatadocument$ | ^script | ^command(s|line)?$ | ^args$ | arguments$""",
    re.IGNORECASE | re.VERBOSE,
)
"""Names of members that hold values. `statementId`, `secretId`, `clientToken` and such are names, and are written."""

_LEFT_OUT = frozenset(["secretstring", "secretbinary", "secretaccesskey", "plaintext", "ciphertextblob"])
"""Of the values, those in whose place CloudTrail writes nothing at all."""

_NAMES = re.compile(
    r"(ids?|arns?|names?|namespace|url|uri|identifiers?|type|types|mode|select|source|bucket|path|resource|target|iterator)$",
    re.IGNORECASE,
)
"""Names of members that say which item it was."""
_AS_DATA = re.compile(r"(-runtime|-data|runtime)$")
"""Models whose calls carry what users say, whatever kind of event CloudTrail makes of them."""
_STRUCTURES = frozenset({"code", "credentials"})
"""Of these the members inside are looked at: where a function's code lies is a name, and so is a session's key id."""


def keep_management(path: tuple[str, ...], is_value: bool) -> Kept:
    """For a management event."""
    if path[0] == "environment":
        return _in_environment(path, is_value)
    if path[-1].lower() in _STRUCTURES and not is_value:
        return Kept.WRITTEN
    return _as_value(path[-1]) or Kept.WRITTEN


def _in_environment(path: tuple[str, ...], is_value: bool) -> Kept:
    """`environment: {}`, as CloudTrail writes a function's: what is in it is not written."""
    if len(path) == 1:
        return Kept.HIDDEN if is_value else Kept.WRITTEN
    return Kept.LEFT_OUT if path[1] == "variables" or is_value else Kept.HIDDEN


def keep_data(path: tuple[str, ...], is_value: bool) -> Kept:
    """For a data event."""
    return _as_value(path[-1]) or _as_name(path[-1], is_value)


def _as_value(name: str) -> Kept | None:
    """What becomes of a member that holds a value; None of others."""
    if name.lower() in _LEFT_OUT:
        return Kept.LEFT_OUT
    return Kept.HIDDEN if _VALUES.search(name) else None


def _as_name(name: str, is_value: bool) -> Kept:
    return Kept.WRITTEN if not is_value or _NAMES.search(name) else Kept.LEFT_OUT


def keep_of(model: str, *, is_data: bool) -> Keep:
    """The rule for the calls of a model."""
    return keep_data if is_data or _AS_DATA.search(model) else keep_management


_WORD = re.compile(r"[^\s'\"<>(),;\[\]{}]{4,}")


def quotes_body(text: str, body: bytes | None, shown: str) -> bool:
    """Whether a text holds a word of the request's body that the record does not show. A body that was not kept may hold any."""
    if body is None:
        return True
    sent = body.decode("utf-8", "replace")
    if "%" in sent:
        sent += unquote_plus(sent)
    return any(word in sent and word not in shown for word in _WORD.findall(text))


def quotes(text: str, hidden: list[str]) -> bool:
    """Whether a text holds any of what was hidden (of four characters and more), as it is or escaped."""
    lowered = text.lower()
    return any(len(one) >= 4 and (one.lower() in lowered or one.lower()[:64] in lowered) for one in hidden)
