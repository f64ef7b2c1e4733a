"""Laws of code frames: whatever a file looks like, a variable's value is in no frame of it, and no control character is."""

import json

import hypothesis.strategies as st
from hypothesis import given, settings

from secrets_cli.report.code_frame import FramedFile
from secrets_cli.report.printable import columns, printable

CANARY = "kAnArY7"
_VALUES = st.sampled_from(
    (
        CANARY,
        f"{CANARY}=",
        f"{CANARY}==",
        f"user:{CANARY}",
        f"postgres://user:{CANARY}@host/db?x=1",
        f"a,{CANARY}",
        f"a {CANARY} b",
        f"a # {CANARY}",
        f"{{{CANARY}}}",
        f"[{CANARY}, x]",
        f'a"{CANARY}',
        f"it's {CANARY}",
        f"key: {CANARY}",
        f"Action: {CANARY}",
        f'{{"Action": "{CANARY}"}}',
        f"a\\{CANARY}",
        f"${{env:X, '{CANARY}'}}",
    )
)
_NAMES = st.from_regex(r"[A-Z][A-Z0-9_]{1,12}", fullmatch=True).filter(lambda name: name not in ("AWS",))


@st.composite
def _file(draw: st.DrawFn) -> str:
    """A file with policies and variables in it, in one of the ways that people write them."""
    name, value = draw(_NAMES), draw(_VALUES)
    quoted = json.dumps(value)
    bare = quoted if value[0] in "{[" else value  # YAML reads those as a mapping or a list, which no variable is
    single = "'" + value.replace("'", "''") + "'"
    statement = {"Effect": "Allow", "Action": ["ssm:Get*"], "Resource": "*"}
    environment = {"Environment": {"Variables": {"A": "b", name: value}}}
    document = (
        {"Statement": [statement], **environment} if draw(st.booleans()) else {**environment, "Statement": [statement]}
    )
    return draw(
        st.sampled_from(
            (
                json.dumps(document),
                json.dumps(document, separators=(",", ":")),
                json.dumps(document, indent=2),
                json.dumps(document, indent="\t").replace("\n", "\r\n"),
                f"Action: '*'\nenvironment:\n  {name}: {quoted}\nResource: '*'\n",
                f"Action: '*'\nenvironment: {{{name}: {quoted}}}\nResource: '*'\n",
                f"Action: '*'\nenvironment:\n  {name}: {single}\n",
                f"Action: '*'\nenvironment:\n  {name}: {bare}\n",
                f"Action: '*'\nenvironment:\n  {name}: |\n    {value}\n  B: c\n",
                f'environment {{\n  variables = {{\n    {name} = {quoted}\n  }}\n}}\nactions = ["*"]\n',
                f"Action: '*'\n{name}: !Sub >-\n  {value}\n\n  {value}\nAction: x\n",
                f"actions = ['*']\n{name} = <<-EOF\n    {value}\nEOF\n",
                f'variable "x" {{\n  default = {quoted}\n}}\n',
                f"environment {{ variables = {{ {name} = {quoted} }} }}\n",
            )
        )
    )


@settings(deadline=None, max_examples=600)
@given(text=_file(), line=st.integers(1, 12), share=st.floats(0, 1), width=st.integers(20, 200))
def test_no_frame_shows_a_variables_value(text: str, line: int, share: float, width: int) -> None:
    lines = text.replace("\r\n", "\n").split("\n")
    column = 1 + int(share * len(lines[line - 1])) if line <= len(lines) else 1
    shown = "\n".join(one.text for one in FramedFile(text).frame(line, column, width))
    assert CANARY not in shown


@settings(deadline=None, max_examples=200)
@given(text=st.text(max_size=200), line=st.integers(1, 5), column=st.integers(1, 200), width=st.integers(20, 80))
def test_a_frame_of_anything_is_printable_and_fits(text: str, line: int, column: int, width: int) -> None:
    for one in FramedFile(text).frame(line, column, width):
        assert printable(one.text) == one.text or one.text.lstrip().startswith("::")
        assert columns(one.text) <= width + 1


@given(text=st.text())
def test_printable_is_what_it_says_and_changes_nothing_twice(text: str) -> None:
    once = printable(text)
    assert printable(once) == once
    assert "##[" not in once
    assert not once.lstrip().startswith("::")
