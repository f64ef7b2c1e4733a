r"""A reader of `NAME=value` lines: dotenv files, and the assignments of a POSIX shell.

It reads what `secrets_cli.secrets.environment.formats` writes, and what people write by hand as long as there is one
reading of it.
Nothing is expanded or run: where a shell would do so, or programs that read dotenv files disagree, the line is refused and
the message says how to write it. In detail:

- `# comment`, blank lines, `export NAME=...`; single quotes hold anything but a single quote; `'it'\''s'`.
- `$name`, `$(...)` and backquotes outside single quotes are refused; `\$` in double quotes is a dollar sign.
- dotenv: blanks around `=` and inside a bare value are taken, ` #` ends it; in double quotes `\n`, `\r` and `\t` are what
  they are in most such readers; a backslash outside quotes is refused.
- shell: `;`, `&`, `|`, `<`, `>`, brackets and a second word are refused, as they make the line a command; a backslash
  outside quotes takes the next character as it is; in double quotes it does so before `$`, a backquote, `"` and `\` only.

Source: https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#tag_19_02
"""

import re
from typing import Final

from secrets_cli.iam.json_text import Places
from secrets_cli.secret_value import SecretValue
from secrets_cli.secrets.environment.entries import Entry, Problem, refuse_problems

_HELP: Final = "write `NAME='value'`; nothing was written to AWS"

_SHELL_NAME: Final = re.compile(r"(?:export[ \t]+)?(?P<name>[A-Za-z_][A-Za-z0-9_]*)=")
_DOTENV_NAME: Final = re.compile(r"(?:export[ \t]+)?(?P<name>[A-Za-z_][A-Za-z0-9_.-]*)[ \t]*=")
_SKIPPED: Final = re.compile(r"(?:[ \t\r\n]+|#[^\n]*)*")
_EXPANDED: Final = re.compile(r"\$[A-Za-z0-9_{(@*#?!$-]|`")
_SHELLS_DIFFER: Final = re.compile(r"\$['\"]")
_OPERATOR: Final = re.compile(r"[;&|<>()]")
_LINE_END: Final = re.compile(r"\r?\n|\r?\Z")
_AFTER_VALUE: Final = re.compile(r"(?:[ \t]+(?:#[^\n]*)?)?(?=\r?\n|\r?\Z)")
_BLANKS: Final = re.compile(r"[ \t]+")

_SHELL_ESCAPES: Final = {"$": "$", "`": "`", '"': '"', "\\": "\\", "\n": ""}
_DOTENV_ESCAPES: Final = _SHELL_ESCAPES | {"n": "\n", "r": "\r", "t": "\t"}


def read_assignments(text: str, file: str, *, dotenv: bool) -> tuple[Entry, ...]:
    """The entries in the order of the file, a repeated name included.

    Raises MalformedInput that lists every line which has no one reading.
    """
    reader = _Reader(text, Places(text, file), dotenv=dotenv)
    reader.read()
    refuse_problems(reader.problems, _HELP)
    return tuple(reader.entries)


class _Refused(Exception):
    """A line cannot be read, for the reason and from the place given."""

    def __init__(self, what: str, offset: int) -> None:
        super().__init__(what)
        self.what = what
        self.offset = offset


class _Reader:
    """Goes through the text once; `position` is of the next character."""

    def __init__(self, text: str, places: Places, *, dotenv: bool) -> None:
        self.text = text
        self.places = places
        self.dotenv = dotenv
        self.position = 0
        self.entries: list[Entry] = []
        self.problems: list[Problem] = []

    def read(self) -> None:
        while True:
            self.skip(_SKIPPED)
            if self.position == len(self.text):
                return
            try:
                self.entry()
            except _Refused as refused:
                self.problems.append(Problem(self.places.at(refused.offset), refused.what))
                end = self.text.find("\n", self.position)
                self.position = len(self.text) if end < 0 else end + 1

    def skip(self, pattern: re.Pattern[str]) -> None:
        found = pattern.match(self.text, self.position)
        if found is not None:
            self.position = found.end()

    def entry(self) -> None:
        start = self.position
        found = (_DOTENV_NAME if self.dotenv else _SHELL_NAME).match(self.text, start)
        if found is None:
            raise _Refused("no `NAME=value` begins here", start)
        self.position = found.end()
        if self.dotenv and not self.at_end():
            self.skip(_BLANKS)
        value = SecretValue("".join(self.pieces()))
        self.entries.append(Entry(found["name"], value, self.places.at(found.start("name"))))

    def pieces(self) -> "list[str]":
        """The value's parts, up to the end of its line or a comment."""
        parts: list[str] = []
        has_quotes = False
        while not self.at_end():
            character = self.text[self.position]
            if character == "'":
                parts.append(self.single_quoted())
                has_quotes = True
            elif character == '"':
                parts.append(self.double_quoted())
                has_quotes = True
            elif character in " \t":
                parts.append(self.blanks(has_quotes))
            else:
                parts.append(self.bare(character, has_quotes))
        return parts

    def at_end(self) -> bool:
        """Whether only blanks and a comment are left of the line; if so they are passed."""
        found = _AFTER_VALUE.match(self.text, self.position)
        if found is None:
            return False
        self.position = found.end()
        return True

    def single_quoted(self) -> str:
        start = self.position
        end = self.text.find("'", start + 1)
        if end < 0:
            self.position = len(self.text)
            raise _Refused("a single quote that is not closed", start)
        self.position = end + 1
        return self.text[start + 1 : end]

    def double_quoted(self) -> str:
        start = self.position
        self.position += 1
        parts: list[str] = []
        while self.position < len(self.text):
            character = self.text[self.position]
            if character == '"':
                self.position += 1
                return "".join(parts)
            if character == "\\":
                parts.append(self.escape())
                continue
            self.refuse_expansion()
            parts.append(character)
            self.position += 1
        raise _Refused("a double quote that is not closed", start)

    def escape(self) -> str:
        """A backslash in double quotes, and what it makes of the character behind it."""
        following = self.text[self.position + 1 : self.position + 2]
        self.position += 1 + len(following)
        escapes = _DOTENV_ESCAPES if self.dotenv else _SHELL_ESCAPES
        return escapes.get(following, f"\\{following}")

    def blanks(self, has_quotes: bool) -> str:
        if has_quotes or not self.dotenv:
            raise _Refused("a second word behind the value: put the whole value in quotes", self.position)
        start = self.position
        self.skip(_BLANKS)
        return self.text[start : self.position]

    def bare(self, character: str, has_quotes: bool) -> str:
        """One character outside quotes."""
        self.refuse_expansion()
        if _SHELLS_DIFFER.match(self.text, self.position):
            raise _Refused("shells differ in what `$` before a quote is: put it inside single quotes", self.position)
        if character == "\\":
            return self.bare_escape(has_quotes)
        if not self.dotenv and (
            _OPERATOR.match(character) or (character == "~" and self.text[self.position - 1] in "=:")
        ):
            raise _Refused("outside quotes this character makes the line a command, or is expanded", self.position)
        self.position += 1
        return character

    def bare_escape(self, has_quotes: bool) -> str:
        following = self.text[self.position + 1 : self.position + 2]
        if self.dotenv and not (has_quotes and following == "'"):
            raise _Refused("programs differ in what a backslash outside quotes is: use single quotes", self.position)
        if following in ("", "\n"):
            raise _Refused("a backslash at the end of the line: put the value in quotes", self.position)
        self.position += 2
        return following

    def refuse_expansion(self) -> None:
        if _EXPANDED.match(self.text, self.position):
            raise _Refused("a shell would expand this: put the value in single quotes", self.position)
