"""Comments are what the readers skip; what they cover ends where the thing ends."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secrets_cli.errors import MalformedInput
from secrets_cli.iam.json_text import JsonArray, JsonNode, JsonObject
from secrets_cli.inputs.comments import comments_with
from secrets_cli.inputs.terraform_comments import terraform_comments
from secrets_cli.inputs.terraform_parse import parse_terraform
from secrets_cli.inputs.terraform_source import Sources
from secrets_cli.inputs.yaml_comments import yaml_comments
from secrets_cli.inputs.yaml_text import read_yaml

YAML = """# top
provider: # all of it
  name: aws
  statements:
    # own line
    - Effect: Allow # beside
      Action: [a, # in a flow list
        "b # no"]
      Resource: "*"
    - Effect: Deny
      Action: 'x # no'
      Resource: plain#no # one line
      Text: | # header
        # no
        more

      # after a block
      Other: >-
          folded # no
   # a lower level
functions:
  a: &x
    h: 1
  b: *x # an alias
# end
"""


def test_yaml() -> None:
    found = {one.text: (one.location.line, one.lines, one.section) for one in yaml_comments(YAML, "f.yml")}
    assert found == {
        "top": (1, (2, 19), True),
        "all of it": (2, (2, 19), True),
        "own line": (5, (6, 9), False),
        "beside": (6, (6, 9), False),
        "in a flow list": (7, (7, 8), False),
        "one line": (12, (12, 12), False),
        "header": (13, (13, 16), False),
        "after a block": (17, (18, 19), False),
        "a lower level": (20, (21, 24), True),
        "an alias": (24, (24, 24), False),
        "end": (25, (25, 25), False),
    }


def test_an_anchor_may_be_written_twice() -> None:
    (found,) = yaml_comments("a: &k 1 # one\nb: &k 2\nc: *k\n", "f.yml")
    assert (found.text, found.lines) == ("one", (1, 1))


def test_windows_line_ends_and_a_mark_change_nothing() -> None:
    plain = [(one.text, one.lines) for one in yaml_comments(YAML, "f.yml")]
    assert [(one.text, one.lines) for one in yaml_comments("\ufeff" + YAML.replace("\n", "\r\n"), "f.yml")] == plain


TERRAFORM = """# top
resource "aws_iam_policy" "x" { // beside
  name = "a # no" # one line
  policy = jsonencode({ # an object
    Statement = [{
      # within
      Effect = "Allow"
      Action = ["a", # an item
        "b"]
    }]
  })
}
/* several
 lines */
data "aws_iam_policy_document" "y" {
  statement { # a block
    actions = ["a"]
  }
  x = <<EOT
# no
EOT
  y = "a ${upper("#no")} // no"
}
# end"""


def test_terraform() -> None:
    found = {one.text: (one.location.line, one.lines) for one in terraform_comments(TERRAFORM, "main.tf")}
    assert found == {
        "top": (1, (2, 12)),
        "beside": (2, (2, 12)),
        "one line": (3, (3, 3)),
        "an object": (4, (4, 11)),
        "within": (6, (7, 7)),
        "an item": (8, (8, 9)),
        "several\n lines": (13, (15, 23)),
        "a block": (16, (16, 18)),
        "end": (24, (24, 24)),
    }


def test_toml() -> None:
    text = '# s: a\n[dev] # s: b\nx = "# s: no" # s: ok\ny = """\n# s: no\n""" # s: yes\nz = [ # s: c\n "a"]\n'
    found = [(one.text, one.lines) for one in comments_with("s:", text, "zappa_settings.toml")]
    assert found == [("s: a", (2, 2)), ("s: b", (2, 2)), ("s: ok", (3, 3)), ("s: yes", (6, 6)), ("s: c", (7, 7))]


@pytest.mark.parametrize(
    ("text", "name"), [("a: [ # s: x", "a.yml"), ("a = [ # s: x", "m.tf"), ("a = [ # s: x", "z.toml")]
)
def test_what_cannot_be_read_has_none(text: str, name: str) -> None:
    assert comments_with("s:", text, name) == ()


PIECES = (
    "a: ",
    "- ",
    "b",
    '"',
    "'",
    "|",
    ">",
    "#",
    " #",
    " # s: x",
    "[",
    "]",
    "{",
    "}",
    ", ",
    "\n",
    "\n  ",
    "\n    ",
    "&k ",
    "*k",
    "!t ",
)  # fmt: skip


def _said(node: JsonNode) -> object:
    """The tree without its places."""
    match node:
        case JsonObject():
            return {one.key.value: _said(one.value) for one in node.members}
        case JsonArray():
            return [_said(one) for one in node.items]
        case _:
            return repr(node).partition(", offset")[0]


@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
def test_a_comment_can_say_anything_without_changing_the_document(text: str) -> None:
    try:
        before = _said(read_yaml(text, "f.yml").root)
    except MalformedInput:
        return
    lines = text.split("\n")
    for one in yaml_comments(text, "f.yml"):
        line = lines[one.location.line - 1]
        lines[one.location.line - 1] = line[: one.location.column] + "z" * len(line[one.location.column :])
    assert _said(read_yaml("\n".join(lines), "f.yml").root) == before


TERRAFORM_PIECES = (
    "a = ",
    "b ",
    '"',
    "{",
    "}",
    "[",
    "]",
    "#",
    "//",
    "/*",
    "*/",
    "\n",
    "${",
    "<<E\n",
    "\nE\n",
    "1",
    ", ",
    "x(",
    ")",
)


@given(st.lists(st.sampled_from(TERRAFORM_PIECES), max_size=20).map("".join))
def test_a_comment_of_terraform_can_say_anything_too(text: str) -> None:
    try:
        comments = terraform_comments(text, "m.tf")
    except MalformedInput:
        return
    changed = text
    for one in comments:
        if one.text and "\n" not in one.text:
            at = sum(len(line) + 1 for line in text.split("\n")[: one.location.line - 1]) + one.location.column - 1
            start = text.index(one.text, at + (1 if text[at] == "#" else 2))
            changed = changed[:start] + "z" * len(one.text) + changed[start + len(one.text) :]
    before, after = (_parsed(one) for one in (text, changed))
    assert before == after


def _parsed(text: str) -> object:
    sources = Sources()
    return parse_terraform(sources, sources.add("m.tf", text))
