"""The rows and columns of the canary matrix: what is run, and how it is made to end."""

import enum
from dataclasses import dataclass

from tests.canary.marker import MARKER
from tests.emulator.proxy import Fault


class Outcome(enum.Enum):
    """How one run of a command is made to end; the failures run with `--debug`, which shows the most."""

    OK = "ok"
    DEBUG = "ok --debug"
    TERMINAL = "terminal"
    """Everything is a terminal: nothing is shown without `--reveal`, what is typed at the prompt is not echoed."""
    DENIED = "denied"
    DENIED_LATE = "denied late"
    """The calls before the last kind of call pass."""
    THROTTLED = "throttled"
    BAD_KEY = "bad key"
    INVALID = "invalid"
    INVALID_LATE = "invalid late"
    SERVER_ERROR = "server error"
    GARBAGE = "garbage"
    GARBAGE_LATE = "garbage late"
    NETWORK_DOWN = "network down"
    INTERRUPTED = "Ctrl-C"
    INTERRUPTED_LATE = "Ctrl-C late"
    STRAY_WORD = "stray word"
    """The value given where no value belongs: an argument too many."""
    STRAY_OPTION = "stray option"


FAULTS: dict[Outcome, tuple[Fault, bool]] = {
    Outcome.DENIED: (Fault.DENIED, False),
    Outcome.DENIED_LATE: (Fault.DENIED, True),
    Outcome.THROTTLED: (Fault.THROTTLED, False),
    Outcome.BAD_KEY: (Fault.BAD_KEY, False),
    Outcome.INVALID: (Fault.INVALID, False),
    Outcome.INVALID_LATE: (Fault.INVALID, True),
    Outcome.SERVER_ERROR: (Fault.SERVER_ERROR, False),
    Outcome.GARBAGE: (Fault.GARBAGE, False),
    Outcome.GARBAGE_LATE: (Fault.GARBAGE, True),
    Outcome.INTERRUPTED: (Fault.STALL, False),
    Outcome.INTERRUPTED_LATE: (Fault.STALL, True),
}
"""Outcome -> what the proxy does, and whether only to the last kind of call the command makes."""


@dataclass(frozen=True, slots=True)
class Row:
    """One command line. `{p}` is a path of the cell's own that holds two secrets `a` and `b`, both the marker, `{p}2` one
    that holds `a`; `{k}` the alias of a key, `{k2}` of another, `{own}` of one that only this cell uses; `{f}` a scratch
    folder; `{user}` the ARN of a user whom the deployed function `{stack}` at `{url}` hands out all of `/canary`."""

    command: str
    words: tuple[str, ...] = ()
    """What follows the command's name."""
    stdin: str = ""
    asked: bool = False
    """Whether the values are what the command is asked to print where stdout is no terminal."""
    writes: tuple[str, ...] = ()
    """Files of the scratch folder that the command is asked to write the values to."""
    codes: tuple[int, ...] = (0,)
    """Exit codes of a success."""
    calls: bool = True
    """Whether it calls AWS at all."""
    tail: tuple[str, ...] = ()
    """What comes last, behind `--debug` and the like: `-- CMD`."""
    name: str = ""
    """What tells two rows of one command apart."""
    goes_on: bool = False
    """Whether it tells of a call that failed late, and answers what it knows all the same."""
    as_user: bool = False
    """Whether the user calls, and not the account's root."""


_FINDINGS = (0, 11, 12, 13, 14, 21)

ROWS = (
    Row("secret put", ("{p}/new", "--key", "{k}"), stdin=MARKER + "\n"),
    Row("secret put", ("{p}/a", "--key", "{k}", "--file", "{f}/value"), name="from a file"),
    Row("secret get", ("{p}/a",), asked=True),
    Row("secret get", ("{p}/a", "{p}/b", "--format", "json"), asked=True, name="many as JSON"),
    Row("secret list", ("{p}",)),
    Row("secret history", ("{p}/a",)),
    Row("secret rollback", ("{p}/a", "1", "--yes")),
    Row("secret label", ("{p}/a", "add", "good")),
    Row("secret delete", ("{p}/a", "--yes")),
    Row(
        "secret delete",
        ("{p}/a", "--yes", "--backup", "{f}/backup.json"),
        writes=("backup.json",),
        name="with a backup",
    ),
    Row("secret find", ("{p}",), stdin=MARKER + "\n"),
    Row("secret copy", ("{p}", "{p}3", "--recursive", "--key", "{k}", "--yes")),
    Row("secret rename", ("{p}/a", "{p}/renamed", "--key", "{k}", "--yes")),
    Row("secret restore", ("{f}/kept.json", "--yes")),
    Row("secret diff", ("{p}", "{p}2"), codes=(20,)),
    Row("secret exec", ("{p}",), tail=("--", "true")),
    Row("secret export", ("{p}", "--to", "json"), asked=True, codes=(0, 2)),
    Row("secret export", ("{p}", "--to", "dotenv", "--out", "{f}/out.env"), writes=("out.env",), name="to a file"),
    Row("secret import", ("{f}/in.json", "--path", "{p}4", "--key", "{k}", "--yes")),
    Row(
        "secret import",
        ("{f}/broken.json", "--path", "{p}4", "--key", "{k}", "--yes"),
        codes=(4,),
        calls=False,
        name="broken",
    ),
    Row("secret reencrypt", ("{p}", "--key", "{k2}", "--yes")),
    Row("secret policy", ("reader", "{p}/a", "--principal", "arn:aws:iam::000000000000:user/u")),
    Row("secret access", ("{p}/a",), goes_on=True),
    Row("secret audit", ("{p}", "--project", "{f}/project"), codes=_FINDINGS),
    Row("key create", ("alias{p}", "--admin", "{user}", "--user", "{user}", "--yes")),
    Row("key list", goes_on=True),
    Row("key show", ("{own}",), goes_on=True),
    Row("key audit", ("{own}",), codes=_FINDINGS),
    Row("key grant-use", ("{own}", "--user", "{user}", "--yes")),
    Row("key revoke-use", ("{own}", "--user", "{user}", "--yes"), codes=(0, 2, 3)),
    Row("key rotation on", ("{own}",)),
    Row("key rotation off", ("{own}", "--yes")),
    Row("key rotation now", ("{own}", "--yes"), codes=(0, 5)),
    Row("key rotation history", ("{own}",), codes=(0, 5)),
    Row("key delete", ("{own}", "--confirm", "{own}")),
    Row("key cancel-delete", ("{own}",), codes=(0, 2), goes_on=True),
    Row("lambda deploy", ("--stack", "canary-dry", "--allow", "{user}={p}/a", "--dry-run")),
    Row("lambda template", ("--allow", "{user}={p}/a")),
    Row("lambda invoke", ("{p}/a", "--url", "{url}"), asked=True, as_user=True),
    Row(
        "lambda invoke", ("{p}/a", "{p}/b", "--url", "{url}", "--format", "json"), asked=True, as_user=True, name="many"
    ),
    Row("lambda status", ("--stack", "{stack}", "--no-drift"), goes_on=True),
    Row("lambda logs", ("--stack", "{stack}")),
    Row("lambda remove", ("--stack", "canary-none", "--confirm", "canary-none"), codes=(3,)),
)
