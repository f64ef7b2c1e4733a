"""The readers of `.tf` files: each construct with its place."""

from collections.abc import Mapping

import pytest

from secrets_cli.errors import MalformedInput, TooLarge
from secrets_cli.iam.model import Policy
from secrets_cli.iam.parse import parse_policy
from secrets_cli.iam.policy_kind import PolicyKind
from secrets_cli.inputs.found import UNKNOWN, Found, PolicyAt, Supplied
from secrets_cli.inputs.terraform import read_terraform, read_tfvars


def read(text: str, supplied: Supplied | None = None, **files: str) -> Found:
    return read_terraform({"main.tf": text, **files}, supplied or Supplied())


def only(text: str, supplied: Supplied | None = None, **files: str) -> PolicyAt:
    found = read(text, supplied, **files)
    assert found.unresolved == ()
    (policy,) = found.policies
    return policy


def place(location: object) -> str:
    return str(location).removeprefix("main.tf:")


def resources(found: Found) -> tuple[str, ...]:
    (one,) = found.policies
    element = one.policy.statements[0].resource
    assert element is not None
    return element.values


DOCUMENT = """\
data "aws_iam_policy_document" "d" {
  statement {
    sid     = "Read"
    actions = ["s3:GetObject", "s3:GetObject", "s3:ListBucket"]
    resources = [
      "arn:aws:s3:::b/&{aws:username}/*",
    ]
    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = [true]
    }
  }
  statement {
    effect        = "Deny"
    not_actions   = ["iam:*"]
    not_resources = ["*"]
  }
}
"""


def test_a_document_by_itself() -> None:
    found = only(DOCUMENT)
    assert (found.kind, place(found.location), found.principal) == (PolicyKind.IDENTITY, "1:1", "")
    first, second = found.policy.statements
    assert (first.sid, first.effect.value, first.action.values) == ("Read", "Allow", ("s3:GetObject", "s3:ListBucket"))
    assert first.resource is not None
    assert first.resource.values == ("arn:aws:s3:::b/${aws:username}/*",)
    assert [place(one) for one in (first.location, first.action.location, first.resource.location)] == [
        "2:3",
        "4:5",
        "5:5",
    ]
    assert [(term.key, term.values, place(term.location)) for term in first.conditions] == [
        ("aws:SecureTransport", ("true",), "8:5")
    ]
    assert second.action.negated
    assert (second.effect.value, place(second.location), place(second.action.location)) == ("Deny", "14:3", "16:5")


def test_a_trust_document_and_its_role() -> None:
    found = only(
        'resource "aws_iam_role" "api" {\n  assume_role_policy = data.aws_iam_policy_document.t.json\n}\n'
        'data "aws_iam_policy_document" "t" {\n  statement {\n    actions = ["sts:AssumeRole"]\n'
        '    principals {\n      type = "Service"\n      identifiers = ["lambda.amazonaws.com"]\n    }\n  }\n}\n'
    )
    assert (found.kind, found.principal, place(found.location)) == (PolicyKind.TRUST, "role aws_iam_role.api", "4:1")
    principal = found.policy.statements[0].principal
    assert principal is not None
    assert [(one.kind, one.value) for one in principal.entries] == [("Service", "lambda.amazonaws.com")]
    assert place(principal.location) == "7:5"


HEREDOC = """\
resource "aws_iam_role_policy" "p" {
  role   = aws_iam_role.api.id
  policy = <<-EOF
    {
      "Statement": [{
        "Effect": "Allow", "Action": "s3:GetObject",
        "Resource": "arn:aws:s3:::${var.b}/$${aws:username}"
      }]
    }
  EOF
}
variable "b" { default = "bucket" }
resource "aws_iam_role" "api" { name = "api" }
"""


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_json_in_a_heredoc_stands_at_its_own_lines(line_end: str) -> None:
    found = only(HEREDOC.replace("\n", line_end))
    statement = found.policy.statements[0]
    assert found.principal == "role aws_iam_role.api"
    assert place(found.location) == "4:5"
    assert place(statement.location) == "5:21"
    assert place(statement.action.location) == "6:28"
    assert statement.resource is not None
    assert (statement.resource.values, place(statement.resource.location)) == (
        ("arn:aws:s3:::bucket/${aws:username}",),
        "7:9",
    )


def test_jsonencode() -> None:
    found = only(
        'resource "aws_sqs_queue_policy" "q" {\n  policy = jsonencode({\n    Version = "2012-10-17"\n'
        '    Statement = [{ Effect = "Allow", Principal = "*", Action = "sqs:SendMessage", Resource = "*" }]\n  })\n}\n'
    )
    statement = found.policy.statements[0]
    assert (found.kind, found.principal, place(found.location)) == (PolicyKind.RESOURCE, "", "2:23")
    assert (place(statement.location), place(statement.action.location)) == ("4:18", "4:55")


def _policy(resource: str, more: str = "") -> str:
    return (
        'resource "aws_iam_policy" "p" {\n  policy = jsonencode({ Statement = { Effect = "Allow", Action = "s3:*",\n'
        f"Resource = {resource} }} }})\n}}\n{more}"
    )


BUCKET = 'resource "aws_s3_bucket" "b" { bucket = "data" }\n'


@pytest.mark.parametrize(
    ("expression", "more", "values"),
    [
        ("aws_s3_bucket.b.arn", BUCKET, ("arn:aws:s3:::data",)),
        ('"${aws_s3_bucket.b.arn}/*"', BUCKET, ("arn:aws:s3:::data/*",)),
        ("local.a", 'locals { a = ["*"] }\n', ("*",)),
        ('format("arn:aws:s3:::%s/%s", "a", var.n)', "variable n { default = 5 }\n", ("arn:aws:s3:::a/5",)),
        ('concat(["*"], tolist(["arn:aws:s3:::a"]))', "", ("*", "arn:aws:s3:::a")),
        ('[for b in ["a", "b"] : "arn:aws:s3:::${b}" if b != "a"]', "", ("arn:aws:s3:::b",)),
        ('join("", ["arn:aws:s3", ":::", lower("A")])', "", ("arn:aws:s3:::a",)),
        ('merge({ a = "*" }, { a = "arn:aws:s3:::x" }).a', "", ("arn:aws:s3:::x",)),
        ('replace("arn:aws:s3:::x", "x", "y")', "", ("arn:aws:s3:::y",)),
        ('true ? "*" : "arn:aws:s3:::x"', "", ("*",)),
        ('"arn:${data.aws_partition.c.partition}:s3:::x"', 'data "aws_partition" "c" {}\n', ("arn:aws:s3:::x",)),
        ('jsondecode("[\\"*\\"]")', "", ("*",)),
        ('"arn:aws:s3:::\\u0061\\\\b"', "", ("arn:aws:s3:::a\\b",)),
        ("[for b in local.m : b]", 'locals { m = { x = "*" } }\n', ("*",)),
        ('1 == 1 && "a" != "b" || false ? "*" : "arn:aws:s3:::x"', "", ("*",)),
        ('keys({ "arn:aws:s3:::b" = 1, "arn:aws:s3:::a" = 2 })[0]', "", ("arn:aws:s3:::a",)),
        ('tolist(toset(["arn:aws:s3:::b", "arn:aws:s3:::a"]))[0]', "", ("arn:aws:s3:::a",)),
        ('lookup({ a = "*" }, "b", "arn:aws:s3:::x")', "", ("arn:aws:s3:::x",)),
    ],
)
def test_expressions(expression: str, more: str, values: tuple[str, ...]) -> None:
    found = read(_policy(expression, more))
    assert found.unresolved == ()
    assert resources(found) == values


@pytest.mark.parametrize(
    ("expression", "more", "values", "reason", "supply", "where"),
    [
        (
            '"arn:aws:s3:::${var.b}/*"',
            "",
            (f"arn:aws:s3:::{UNKNOWN}/*",),
            "`var.b` has no default",
            "--var b=...",
            "3:28",
        ),
        ("var.list", "variable list {}\n", (UNKNOWN,), "`var.list` has no default", "--var list=...", "3:12"),
        (
            '"arn:aws:sqs:eu-west-1:${data.aws_caller_identity.c.account_id}:q"',
            'data "aws_caller_identity" "c" {}\n',
            (f"arn:aws:sqs:eu-west-1:{UNKNOWN}:q",),
            "the account's id is not known",
            "--var account_id=111122223333",
            "3:37",
        ),
        ("cidrsubnet(1, 2, 3)", "", (UNKNOWN,), "`cidrsubnet()` is not evaluated", "", "3:12"),
        ("{ for k in [] : k => k }", "", (UNKNOWN,), "`{ for k in [] : k => k }` is not evaluated", "", "3:12"),
        ('"%{ if true }*%{ endif }"', "", (UNKNOWN,), "`%{ }` directives are not evaluated", "", "3:13"),
        ("local.a", "locals {\n  a = local.b\n  b = local.a\n}\n", (UNKNOWN,), "`local.a` refers to itself", "", "7:7"),
        ("module.m.x", 'module "m" { source = "a/b/c" }\n', (UNKNOWN,), "`module.m.x` is not known", "", "3:12"),
    ],
)
def test_what_is_unknown_is_listed_and_the_rest_is_given(
    expression: str, more: str, values: tuple[str, ...], reason: str, supply: str, where: str
) -> None:
    found = read(_policy(expression, more))
    assert resources(found) == values
    first = found.unresolved[0]
    assert (first.reason, first.supply, place(first.location)) == (reason, supply, where)


def test_what_is_supplied_resolves() -> None:
    text = _policy('["arn:aws:s3:::${var.b}", "arn:aws:s3:::${data.aws_caller_identity.c.account_id}"]')
    text += 'data "aws_caller_identity" "c" {}\nvariable b {}\n'
    found = read(text, Supplied(values={"b": "x", "account_id": "111122223333"}))
    assert (resources(found), found.unresolved) == (("arn:aws:s3:::x", "arn:aws:s3:::111122223333"), ())


def test_tfvars() -> None:
    values = read_tfvars('b = "x"\nlist = ["*", "arn:aws:s3:::${1}"]\nn = 5 # more\n', "dev.tfvars")
    assert values["b"] == "x"
    assert values["n"] == "5"
    found = read(_policy("var.list", "variable list {}\n"), Supplied(values=values))
    assert resources(found) == ("*", "arn:aws:s3:::1")
    loaded = read_terraform(
        {"main.tf": _policy("var.b"), "terraform.tfvars": 'b = "*"\n'},
        Supplied(),
    )
    assert resources(loaded) == ("*",)


def test_an_undecided_conditional_grants_both() -> None:
    found = read(_policy('var.x ? "arn:aws:s3:::a" : "arn:aws:s3:::b"', "variable x {}\n"))
    assert resources(found) == ("arn:aws:s3:::a", "arn:aws:s3:::b")
    denied = read(_policy('var.x ? "arn:aws:s3:::a" : "arn:aws:s3:::b"', "variable x {}\n").replace("Allow", "Deny"))
    assert resources(denied) == (UNKNOWN,)
    assert denied.unresolved


def test_documents_merge_by_sid() -> None:
    found = only(
        'data "aws_iam_policy_document" "base" {\n'
        '  statement {\n    sid = "A"\n    actions = ["*"]\n    resources = ["*"]\n  }\n'
        '  statement {\n    actions = ["s3:*"]\n    resources = ["*"]\n  }\n}\n'
        'data "aws_iam_policy_document" "own" {\n'
        "  source_policy_documents = [data.aws_iam_policy_document.base.json]\n"
        '  override_policy_documents = [jsonencode({ Id = "i", Statement = '
        '{ Sid = "B", Effect = "Deny", Action = "b:*", Resource = "*" } })]\n'
        '  statement {\n    sid = "A"\n    actions = ["a:Own"]\n    resources = ["*"]\n  }\n'
        '  statement {\n    sid = "B"\n    actions = ["b:Own"]\n    resources = ["*"]\n  }\n}\n'
    )
    assert [(one.sid, one.effect.value, one.action.values) for one in found.policy.statements] == [
        ("A", "Allow", ("a:Own",)),
        (None, "Allow", ("s3:*",)),
        ("B", "Deny", ("b:*",)),
    ]
    assert [place(one.location) for one in found.policy.statements] == ["15:3", "7:3", "14:67"]
    assert (found.policy.policy_id, found.policy.version) == ("i", "2012-10-17")


def _dynamic(for_each: str, effect: str = "Allow") -> Found:
    return read(
        'variable x {}\ndata "aws_iam_policy_document" "d" {\n  statement {\n    actions = ["a:B"]\n'
        '    resources = ["*"]\n  }\n  dynamic "statement" {\n'
        f'    for_each = {for_each}\n    iterator = it\n    content {{\n      effect = "{effect}"\n'
        '      actions = it.value.actions\n      resources = ["*"]\n    }\n  }\n}\n'
    )


def test_dynamic_blocks() -> None:
    known = _dynamic('[{ actions = ["a:C"] }, { actions = ["a:D"] }]')
    assert [one.action.values[0] for one in known.policies[0].policy.statements] == ["a:B", "a:C", "a:D"]
    assert known.unresolved == ()
    unknown = _dynamic("var.x")
    assert [one.action.values[0] for one in unknown.policies[0].policy.statements] == ["a:B", UNKNOWN]
    assert unknown.unresolved[0].reason == "`var.x` has no default"


def test_a_deny_that_may_not_be_there_is_not_counted_on() -> None:
    found = _dynamic("var.x", "Deny")
    assert [one.action.values[0] for one in found.policies[0].policy.statements] == ["a:B"]
    assert found.unresolved


ROLE = """\
resource "aws_iam_role" "r" {
  name                 = "r"
  managed_policy_arns  = ["arn:aws:iam::aws:policy/Known"]
  permissions_boundary = aws_iam_policy.p.arn
  inline_policy {
    policy = jsonencode({ Statement = { Effect = "Allow", Action = "a:Inline", Resource = "*" } })
  }
}
resource "aws_iam_policy" "p" {
  policy = jsonencode({ Statement = { Effect = "Allow", Action = "a:Own", Resource = "*" } })
}
resource "aws_iam_role_policy_attachment" "x" {
  for_each   = toset([aws_iam_policy.p.arn, "arn:aws:iam::aws:policy/Other"])
  role       = "r"
  policy_arn = each.value
}
"""


def _managed(arn: str) -> Policy | None:
    if not arn.endswith("/Known"):
        return None
    return parse_policy('{"Statement":{"Effect":"Allow","Action":"a:Managed","Resource":"*"}}', arn)


def test_whose_policies_are() -> None:
    found = read(ROLE, Supplied(managed=_managed))
    facts = {(one.policy.statements[0].action.values[0], one.kind.value, one.attached_by) for one in found.policies}
    assert facts == {
        ("a:Managed", "identity", "managed arn:aws:iam::aws:policy/Known"),
        ("a:Own", "boundary", "aws_iam_policy.p"),
        ("a:Own", "identity", "aws_iam_policy.p"),
        ("a:Inline", "identity", ""),
    }
    assert {one.principal for one in found.policies} == {"role aws_iam_role.r"}
    assert [(one.reason, place(one.location)) for one in found.unresolved] == [
        ("what `arn:aws:iam::aws:policy/Other` grants is not known", "13:45")
    ]


def test_lambda_permission() -> None:
    found = only(
        'resource "aws_lambda_permission" "p" {\n  action = "lambda:InvokeFunction"\n  function_name = "f"\n'
        '  principal = "s3.amazonaws.com"\n  source_arn = "arn:aws:s3:::b"\n}\n'
    )
    statement = found.policy.statements[0]
    assert (found.kind, place(statement.location), place(statement.action.location)) == (
        PolicyKind.RESOURCE,
        "1:1",
        "2:3",
    )
    assert [(str(one.operator), one.key, one.values) for one in statement.conditions] == [
        ("ArnLike", "AWS:SourceArn", ("arn:aws:s3:::b",))
    ]


@pytest.mark.parametrize(
    ("kind", "expected"), [("", "scp"), ('type = "RESOURCE_CONTROL_POLICY"', "rcp"), ('type = "TAG_POLICY"', None)]
)
def test_organization_policies(kind: str, expected: str | None) -> None:
    principal = ', "Principal": "*"' if expected == "rcp" else ""
    found = read(
        f'resource "aws_organizations_policy" "o" {{\n  {kind}\n  content = <<E\n'
        f'{{"Statement": {{"Effect": "Deny", "Action": "a:*", "Resource": "*"{principal}}}}}\nE\n}}\n'
    )
    assert [one.kind.value for one in found.policies] == ([expected] if expected else [])


def test_files_and_templates() -> None:
    files: Mapping[str, str] = {
        "p.json": '{"Statement": [\n  {"Effect": "Allow", "Action": "a:File", "Resource": "*"}\n]}',
        "t.tpl": '{"Statement": {"Effect": "Allow", "Action": "${name}:*", "Resource": "${var.b}"}}',
    }
    supplied = Supplied(read=files.get)
    found = read_terraform(
        {"infra/main.tf": 'resource "aws_iam_policy" "p" {\n  policy = file("${path.module}/p.json")\n}\n'}, supplied
    )
    assert str(found.policies[0].policy.statements[0].location) == "infra/p.json:2:3"
    template = read('resource "aws_iam_policy" "p" { policy = templatefile("t.tpl", { name = "s3" }) }\n', supplied)
    assert template.policies[0].policy.statements[0].action.values == ("s3:*",)
    assert [one.reason for one in template.unresolved] == ["`var` is not given to the template"]
    missing = read('resource "aws_iam_policy" "p" { policy = file("no.json") }\n', supplied)
    assert [one.reason for one in missing.unresolved] == ["`no.json` cannot be read"]


def test_local_modules() -> None:
    inner = {
        "modules/m/main.tf": 'variable "arn" {}\nresource "aws_iam_role" "r" { name = "inner" }\n'
        'resource "aws_iam_role_policy" "p" {\n  role = aws_iam_role.r.name\n'
        '  policy = jsonencode({ Statement = { Effect = "Allow", Action = "a:B", Resource = var.arn } })\n}\n'
        'output "role" { value = aws_iam_role.r.name }\n'
    }
    text = (
        f'{BUCKET}module "m" {{\n  source = "./modules/m"\n  arn = aws_s3_bucket.b.arn\n}}\n'
        'module "far" { source = "terraform-aws-modules/iam/aws" }\n'
        'resource "aws_iam_role_policy_attachment" "x" {\n  role = module.m.role\n'
        '  policy_arn = "arn:aws:iam::aws:policy/Known"\n}\n'
    )
    found = read_terraform({"main.tf": text}, Supplied(managed=_managed), {"modules/m": inner}.get)
    assert {one.principal for one in found.policies} == {"role module.m.aws_iam_role.r"}
    own = next(one for one in found.policies if not one.attached_by)
    assert own.policy.statements[0].resource is not None
    assert own.policy.statements[0].resource.values == ("arn:aws:s3:::data",)
    assert str(own.location) == "modules/m/main.tf:5:23"
    assert [one.reason for one in found.unresolved] == [
        "module `far` comes from `terraform-aws-modules/iam/aws`, which is not read"
    ]


def test_modules_that_call_themselves_end() -> None:
    text = 'module "m" { source = "./" }\n'
    found = read_terraform({"main.tf": text}, Supplied(), lambda _path: {"main.tf": text})
    assert [one.reason for one in found.unresolved] == ["module `m` is called at depth 6"]


def test_a_bad_policy_does_not_hide_the_others() -> None:
    found = read(
        'resource "aws_iam_policy" "a" {\n  policy = <<E\n{"Statement": [\n  oops\n]}\nE\n}\n' + DOCUMENT,
    )
    assert len(found.policies) == 1
    assert [(one.reason, place(one.location)) for one in found.unresolved] == [
        ("the policy is no JSON: `oops` where a value is expected", "4:3")
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('a = "x\n"\n', "main.tf:1:5: a string without its closing quote"),
        ("a = <<E\nx\n", "main.tf:1:5: a heredoc without its closing line"),
        ("a = [1, 2\n", "main.tf:2:1: the end of the file where `]` is expected to close what main.tf:1:5 opens"),
        ("a {\n  b = 1\n", "main.tf:3:1: the end of the file where `}` is expected to close what main.tf:1:3 opens"),
        ("a = 1 b = 2\n", "main.tf:1:7: `b` where the line must end"),
        ('a = "\\q"\n', "main.tf:1:6: `\\q` is no escape"),
        ("a = 1\na = 2\n", "main.tf:2:1: `a` is given twice, first at main.tf:1:1"),
        ("a =\n", "main.tf:1:4: the end of the line where a value is expected"),
        ("}\n", "main.tf:1:1: `}` where an attribute or a block is expected"),
        ("/* a\n", "main.tf:1:1: `/` where an attribute or a block is expected"),
        ("a = {b = 1 c = 2}\n", "main.tf:1:12: a comma or the end of the line is expected after the value"),
    ],
)
def test_bad_files_are_refused_with_the_place(text: str, message: str) -> None:
    with pytest.raises(MalformedInput) as caught:
        read(text)
    assert caught.value.message == message


@pytest.mark.parametrize("text", ["a = " + "[" * 1000, "a {\n" * 1000, 'a = "' + '${"' * 1000, "a = 1\n" * 1_000_000])
def test_what_passes_a_limit_is_refused(text: str) -> None:
    with pytest.raises(TooLarge):
        read(text)


@pytest.mark.parametrize(
    "made", ['"${local.a%d}${local.a%d}"', "[local.a%d, local.a%d]", "concat(local.a%d, local.a%d)"]
)
def test_values_that_double_end(made: str) -> None:
    first = '"xxxxxxxx"' if made.startswith('"') else '["x"]'
    lines = [f"a{index} = {made % (index - 1, index - 1)}" for index in range(1, 50)]
    found = read(_policy("local.a49", "locals {\n" + "\n".join([f"a0 = {first}", *lines]) + "\n}\n"))
    assert found.unresolved
