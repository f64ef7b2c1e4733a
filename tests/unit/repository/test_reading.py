"""Reading a tree: what each file is read as, what is unreadable, and nothing twice."""

import io
import json
import os
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace

import pytest

from secrets_cli.catalog.managed_policies import managed_policy
from secrets_cli.iam.policy_kind import PolicyKind
from secrets_cli.inputs.file_kind import FileKind
from secrets_cli.inputs.read_tree import ReadTree
from secrets_cli.repository import content
from secrets_cli.repository.one_file import ReadAsk
from secrets_cli.repository.reading import read_paths
from tests.unit.repository.trees import ADMIN, made

_TRUST = json.dumps(
    {"Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]}
)


def _read(folder: Path, files: Mapping[str, str], ask: ReadAsk | None = None) -> ReadTree:
    return read_paths([str(made(folder, files))], ask or ReadAsk())


def _kinds(tree: ReadTree) -> dict[str, str]:
    return {Path(file.name).name: file.kind for file in tree.files}


def _messages(tree: ReadTree) -> list[str]:
    return [one.message for one in tree.unreadable]


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_each_kind_is_told_by_content(tmp_path: Path) -> None:
    tree = _read(
        tmp_path,
        {
            "policy.json": ADMIN,
            "policy.txt": ADMIN,
            "many.yml": "a: 1\n---\nStatement:\n- Effect: Allow\n  Action: '*'\n  Resource: '*'\n",
            "list.json": f"[{ADMIN}, {ADMIN}]",
            "narrowed.json": f'{{"schema": "secrets-cli/narrowing/1", "policies": [{ADMIN}]}}',
            "template.yml": "Resources: {R: {Type: 'AWS::S3::Bucket'}}\n",
            "service.yml": "service: x\nprovider: {name: aws}\n",
            "zappa_settings.json": '{"dev": {}}',
            "plan.json": '{"format_version": "1.2", "planned_values": {}}',
            "account.json": '{"UserDetailList": [], "RoleDetailList": []}',
            "package.json": '{"name": "x"}',
        },
    )
    assert _kinds(tree) == {
        "policy.json": "policy",
        "policy.txt": "policy",
        "many.yml": "policy",
        "list.json": "policy",
        "narrowed.json": "policy",
        "template.yml": "cloudformation",
        "service.yml": "serverless",
        "zappa_settings.json": "zappa",
        "plan.json": "terraform-plan",
        "account.json": "account-details",
    }
    assert tree.unreadable == ()
    assert tree.skipped == {"of no kind that holds policies": 1}
    assert len(next(file for file in tree.files if file.name == "list.json").found.policies) == 2


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("x.json", ADMIN.replace("}", "", 1).encode(), "x.json:1:91"),
        ("x.json", f"// why\n{ADMIN}".encode(), "x.json:1:1: `/` where a value is expected"),
        ("x.json", ADMIN.encode("utf-16"), "`x.json` is UTF-16, where UTF-8 is read"),
        ("x.json", ADMIN.replace("Version", "V\xe9").encode("latin-1"), "x.json:1:4: this is no UTF-8"),
        ("x.json", ADMIN.replace("Version", "V\0").encode(), "x.json:1:4: a control character"),
        ("x.yml", b"AWSTemplateFormatVersion: x\nResources: [\n", "x.yml:3:1: this is no YAML"),
        ("x.yml", b"Resources: &r\n  X: {Type: 'AWS::X::Y', P: *r}\n", "stands within what it names"),
        ("x.json", b'{"Statement": ' + b"[" * 5000 + b', "Effect": 1', "nested deeper than"),
        ("x.json", b'{"Statement": "Effect", "x": "' + b"a" * 9_000_000 + b'"}', "at most 8388608 are read"),
        ("x.tf", b'resource "aws_iam_role" "r" {', "x.tf:1:"),
    ],
    ids=["cut", "comment", "utf-16", "latin-1", "nul", "yaml", "anchor", "deep", "large", "terraform"],
)
def test_what_looks_like_ours_and_cannot_be_read_is_said_with_its_place_and_hides_nothing(
    tmp_path: Path, name: str, data: bytes, message: str
) -> None:
    made(tmp_path, {"ok.json": ADMIN})
    (tmp_path / name).write_bytes(data)
    tree = read_paths(["."], ReadAsk())
    assert [one.file for one in tree.unreadable] == [name]
    assert message in tree.unreadable[0].message
    assert _kinds(tree) == {"ok.json": "policy"}


@pytest.mark.parametrize("data", [b"", b"\xef\xbb\xbf", bytes(range(256)) * 400, b"{{ x }}: [", b"a: [", b"// x\n{}"])
def test_what_is_none_of_ours_is_no_error(tmp_path: Path, data: bytes) -> None:
    for name in ("x.json", "x.yml", "x.template", "x"):
        (tmp_path / name).write_bytes(data)
    tree = read_paths(["."], ReadAsk())
    assert (tree.files, tree.unreadable) == ((), ())


def test_a_byte_order_mark_and_crlf_are_fine(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_bytes(b"\xef\xbb\xbf" + ADMIN.replace(", ", ",\r\n").encode())
    (found,) = read_paths(["x.json"], ReadAsk()).files
    assert found.found.policies[0].policy.statements[0].action.location is not None


def test_a_policy_in_a_template_of_another_program_is_unresolved(tmp_path: Path) -> None:
    chart = "{{- if .Values.x }}\nStatement:\n- Effect: Allow\n{{- end }}\n"
    tree = _read(tmp_path, {"chart.yaml": chart, "policy.json.j2": ADMIN})
    assert tree.unreadable == ()
    assert sorted(one.location.file for file in tree.files for one in file.found.unresolved) == [
        "chart.yaml",
        "policy.json.j2",
    ]


def test_terraform_in_json_is_unresolved(tmp_path: Path) -> None:
    (file,) = _read(tmp_path, {"x.tf.json": '{"resource": {"aws_iam_policy": {}}, "Statement": "Effect"}'}).files
    assert [one.reason for one in file.found.unresolved] == ["is Terraform in a form that is not read"]


def test_a_file_larger_than_is_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from secrets_cli.repository import one_file

    monkeypatch.setattr(content, "LARGEST", 200)
    monkeypatch.setattr(one_file, "LARGEST", 200)
    tree = _read(tmp_path, {"a.json": ADMIN + " " * 400, "b.json": " " * 400})
    assert _messages(tree) == ["`a.json` is larger than 200 bytes"]
    assert [one.path for one in tree.passed] == ["b.json"]


def test_a_file_that_cannot_be_opened_is_unreadable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made(tmp_path, {"x.json": ADMIN, "y.json": ADMIN})
    real = os.open

    def refused(path: str, flags: int) -> int:
        if path.endswith("x.json"):
            raise PermissionError(13, "Permission denied")
        return real(path, flags)

    monkeypatch.setattr(content, "os", SimpleNamespace(**{**vars(os), "open": refused}))
    tree = read_paths(["."], ReadAsk())
    assert _messages(tree) == ["`x.json` cannot be read: permission denied"]
    assert _kinds(tree) == {"y.json": "policy"}


def test_a_fifo_that_is_named_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert _messages(read_paths(["pipe"], ReadAsk())) == [
        "`pipe` is no regular file: give its content on standard input, as `-`"
    ]


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    def given(text: str) -> None:
        monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(text.encode())))

    given(_TRUST)
    (file,) = read_paths(["-"], ReadAsk()).files
    assert (file.name, file.found.policies[0].kind) == ("-", PolicyKind.TRUST)
    given('resource "aws_iam_user_policy" "p" {\n  user = "u"\n  policy = jsonencode({Statement = []})\n}\n')
    assert read_paths(["-"], ReadAsk()).files[0].kind == "terraform"
    given(ADMIN)
    assert read_paths(["-"], ReadAsk(kind=PolicyKind.SCP)).files[0].found.policies[0].kind is PolicyKind.SCP
    given('{"dev": {}}')
    assert read_paths(["-"], ReadAsk(kind=FileKind.ZAPPA)).files[0].kind == "zappa"
    given("nothing of ours")
    assert read_paths(["-"], ReadAsk()).files == ()
    given("{}")
    assert len(read_paths(["-"], ReadAsk(kind=PolicyKind.IDENTITY)).unreadable) == 1


def test_a_kind_of_policy_holds_in_folders_and_a_kind_of_file_for_named_files(tmp_path: Path) -> None:
    made(tmp_path, {"a.json": ADMIN, "b.json": '{"name": "x"}'})
    bounded = read_paths(["."], ReadAsk(kind=PolicyKind.BOUNDARY))
    assert [one.found.policies[0].kind for one in bounded.files] == [PolicyKind.BOUNDARY]
    assert bounded.unreadable == ()
    assert len(read_paths(["b.json"], ReadAsk(kind=FileKind.CLOUDFORMATION)).unreadable) == 1


def test_a_policy_that_settings_attach_is_held_once_by_its_stage(tmp_path: Path) -> None:
    tree = _read(tmp_path, {"zappa_settings.json": '{"dev": {"attach_policy": "p.json"}}', "p.json": ADMIN})
    policies = [(one.principal, one.location.file) for file in tree.files for one in file.found.policies]
    assert ("stage dev", "p.json") in policies
    assert ("", "p.json") not in policies


def test_what_a_service_file_includes_is_read_for_it_alone(tmp_path: Path) -> None:
    tree = _read(
        tmp_path,
        {
            "serverless.yml": "service: x\nprovider: {name: aws}\nresources: ${file(res.yml)}\n",
            "res.yml": (
                "Resources:\n  P:\n    Type: AWS::IAM::Policy\n    Properties:\n      PolicyName: p\n      Roles: [r]\n"
                "      PolicyDocument:\n        Statement:\n        - Effect: Allow\n          Action: '*'\n"
                "          Resource: '*'\n"
            ),
        },
    )
    policies = [one for file in tree.files for one in file.found.policies if one.location.file == "res.yml"]
    assert [one.source for one in policies] == ["serverless"]


def test_nothing_outside_the_root_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = made(tmp_path, {"root/.git/HEAD": "", "secret.json": ADMIN}) / "root"
    (root / "link.json").symlink_to("../secret.json")
    settings = {name: {"attach_policy": path} for name, path in _ESCAPES.items()}
    settings["absolute"] = {"attach_policy": str(tmp_path / "secret.json")}
    made(root, {"zappa_settings.json": json.dumps(settings)})
    (file,) = read_paths([str(root)], ReadAsk()).files
    assert len(file.found.unresolved) == 3
    assert not any("secret" in name for name in file.texts)


_ESCAPES = {"up": "../secret.json", "link": "link.json"}


def test_managed_policies_are_known_by_their_arn_and_stand_where_they_are_attached(tmp_path: Path) -> None:
    template = (
        "Resources:\n  R:\n    Type: AWS::IAM::Role\n    Properties:\n"
        "      ManagedPolicyArns:\n      - arn:aws:iam::aws:policy/AdministratorAccess\n"
    )
    (file,) = _read(tmp_path, {"t.yml": template}, ReadAsk(managed=managed_policy)).files
    (policy,) = (one for one in file.found.policies if one.attached_by.startswith("managed"))
    place = policy.policy.statements[0].location
    assert place is not None
    assert (place.file, place.line) == ("t.yml", 6)
