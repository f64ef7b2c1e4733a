"""A service file of the Serverless Framework: whose policies it holds, what they say, where they stand."""

import json
from collections.abc import Mapping, Sequence

import pytest

from secrets_cli.errors import MalformedInput, TooLarge
from secrets_cli.iam.parse import parse_policy
from secrets_cli.iam.policy_kind import PolicyKind
from secrets_cli.inputs.found import UNKNOWN, Found, PolicyAt, Supplied
from secrets_cli.inputs.serverless import PACKAGED, read_serverless

_FUNCTIONS = "functions:\n  api: {handler: h}\n"
_ALLOW = "{Effect: Allow, Action: 's3:GetObject', Resource: '*'}"
_VPC = "arn:aws:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole"
_READ = "arn:aws:iam::aws:policy/ReadOnly"
_MANAGED = parse_policy(
    '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:Get*","Resource":"*"}}', "m"
)


def _read(
    text: str,
    files: Mapping[str, str] | None = None,
    values: Mapping[str, str] | None = None,
    managed: Sequence[str] = (_VPC, _READ),
) -> Found:
    supplied = Supplied(values or {}, (files or {}).get, lambda arn: _MANAGED if arn in managed else None)
    return read_serverless(text, "app/serverless.yml", supplied)


def _written(found: Found) -> list[PolicyAt]:
    """Those that the file writes out."""
    return [one for one in found.policies if not one.attached_by]


def _actions(found: Found, principal: str) -> list[str]:
    return [
        action
        for one in found.policies
        if one.principal == principal and one.kind is PolicyKind.IDENTITY
        for statement in one.policy.statements
        for action in statement.action.values
    ]


def _resources(policy: PolicyAt, index: int = 0) -> tuple[str, ...]:
    element = policy.policy.statements[index].resource
    assert element is not None
    return element.values


SEED = """\
service: using-kms
provider:
  name: aws
  region: eu-central-1
  iamRoleStatements:
      - Effect: "Allow"
        Action:
            - "ssm:Get*"
        Resource: "*"

functions:
  getSecret:
    handler: handler.getSecret
"""


def test_statements_stand_at_their_lines() -> None:
    found = _read(SEED)
    assert found.unresolved == ()
    (written,) = _written(found)
    assert (written.principal, written.kind, written.source) == ("provider", PolicyKind.IDENTITY, "serverless")
    assert str(written.location) == "app/serverless.yml:6:7"
    (statement,) = written.policy.statements
    assert str(statement.location) == "app/serverless.yml:6:9"
    assert str(statement.action.location) == "app/serverless.yml:7:9"
    assert statement.action.values == ("ssm:Get*",)


def test_the_framework_adds_logs_and_a_trust_policy() -> None:
    logs, trust = (one for one in _read(SEED).policies if one.attached_by)
    assert logs.attached_by == "the Serverless Framework, for logs"
    assert str(logs.location) == "app/serverless.yml:2:1"
    assert logs.policy.statements[0].action.values == (
        "logs:CreateLogStream",
        "logs:CreateLogGroup",
        "logs:TagResource",
    )
    assert _resources(logs, 1) == (f"arn:aws:logs:eu-central-1:{UNKNOWN}:log-group:/aws/lambda/using-kms-dev*:*:*",)
    assert (trust.kind, trust.attached_by) == (PolicyKind.TRUST, "the Serverless Framework's trust policy")
    assert trust.policy.statements[0].principal is not None
    assert [one.value for one in trust.policy.statements[0].principal.entries] == ["lambda.amazonaws.com"]


def test_a_given_account_and_partition_are_taken() -> None:
    text = SEED.replace("eu-central-1", "cn-north-1")
    logs = _read(text, values={"AWS::AccountId": "123456789012"}).policies[1]
    assert _resources(logs) == ("arn:aws-cn:logs:cn-north-1:123456789012:log-group:/aws/lambda/using-kms-dev*:*",)


def test_the_current_key_wins_over_the_older() -> None:
    text = (
        f"provider:\n  iam: {{role: {{statements: [{_ALLOW}], managedPolicies: ['{_READ}']}}}}\n"
        f"  iamRoleStatements: [{_ALLOW.replace('s3:GetObject', 's3:*')}]\n  iamManagedPolicies: ['{_VPC}']\n{_FUNCTIONS}"
    )
    found = _read(text)
    assert [one.policy.statements[0].action.values for one in _written(found)] == [("s3:GetObject",)]
    assert [one.attached_by for one in found.policies if one.attached_by.startswith("managed")] == [f"managed {_READ}"]


def test_an_empty_list_wins_too() -> None:
    text = f"provider:\n  iam: {{role: {{statements: []}}}}\n  iamRoleStatements: [{_ALLOW}]\n{_FUNCTIONS}"
    assert _written(_read(text)) == []


@pytest.mark.parametrize(
    "role",
    [
        "  role: arn:aws:iam::123456789012:role/own",
        "  role: OwnRole",
        "  role: {Fn::GetAtt: [OwnRole, Arn]}",
        "  iam: {role: arn:aws:iam::123456789012:role/own}",
        "  iam: {role: !GetAtt OwnRole.Arn}",
        "  role: ${ssm:/role}",
    ],
)
def test_where_a_role_is_given_the_framework_makes_none(role: str) -> None:
    found = _read(f"service: s\nprovider:\n  iamRoleStatements: [{_ALLOW}]\n{role}\n{_FUNCTIONS}")
    assert (found.policies, found.unresolved) == ((), ())


def test_where_each_function_has_a_role_there_is_no_shared_one() -> None:
    text = f"provider:\n  iamRoleStatements: [{_ALLOW}]\nfunctions:\n  a: {{role: A}}\n"
    assert (_read(text).policies, _read(text).unresolved) == ((), ())
    assert len(_written(_read(f"{text}  b: {{handler: h}}\n"))) == 1


def test_statements_count_before_there_is_a_function() -> None:
    (policy,) = _read(f"provider:\n  iamRoleStatements: [{_ALLOW}]\n").policies
    assert policy.principal == "provider"


def test_a_boundary_is_one() -> None:
    for keys in (
        "iam: {role: {permissionsBoundary: B}}",
        "iam: {role: {permissionBoundary: B}}",
        "rolePermissionsBoundary: B",
    ):
        found = _read(f"provider:\n  {keys.replace(': B', f': {chr(39)}{_READ}{chr(39)}')}\n{_FUNCTIONS}")
        (boundary,) = (one for one in found.policies if one.kind is PolicyKind.BOUNDARY)
        assert (boundary.principal, str(boundary.location)[:20]) == ("provider", "app/serverless.yml:2")


@pytest.mark.parametrize(
    ("provider", "function", "line"),
    [("vpc: {securityGroupIds: ['${ssm:/g}']}", "handler: h", 2), ("name: aws", "vpc: {subnetIds: [s]}", 4)],
)
def test_a_vpc_brings_awss_managed_policy(provider: str, function: str, line: int) -> None:
    found = _read(f"provider:\n  {provider}\nfunctions:\n  api: {{{function}}}\n")
    (network,) = (one for one in found.policies if one.attached_by == "the Serverless Framework, for vpc")
    assert network.location.line == line
    assert found.unresolved == ()


def test_a_managed_policy_that_is_not_known_is_unresolved() -> None:
    found = _read(f"provider:\n  iam:\n    role:\n      managedPolicies:\n        - {_READ}\n{_FUNCTIONS}", managed=())
    assert [str(one.location) for one in found.unresolved] == ["app/serverless.yml:5:11"]


class TestOwnRoles:
    """A function's own role."""

    def test_of_the_plugin(self) -> None:
        text = (
            f"service: s\nprovider:\n  iamRoleStatements: [{_ALLOW.replace('s3:GetObject', 'sns:Publish')}]\n"
            f"functions:\n  api:\n    iamRoleStatements:\n      - {_ALLOW}\n  other: {{handler: h}}\n"
        )
        found = _read(text)
        assert _actions(found, "function api") == [
            "s3:GetObject",
            "logs:CreateLogStream",
            "logs:CreateLogGroup",
            "logs:PutLogEvents",
        ]
        assert _actions(found, "provider")[0] == "sns:Publish"
        (own,) = (one for one in _written(found) if one.principal == "function api")
        assert str(own.location) == "app/serverless.yml:7:7"
        logs = next(one for one in found.policies if one.principal == "function api" and "logs" in one.attached_by)
        assert _resources(logs) == (f"arn:aws:logs:us-east-1:{UNKNOWN}:log-group:/aws/lambda/s-dev-api:*:*",)

    @pytest.mark.parametrize(
        ("custom", "own", "inherits"),
        [
            ("", "", False),
            ("", "iamRoleStatementsInherit: true", True),
            ("", "iam: {inheritStatements: true}", True),
            ("custom: {serverless-iam-roles-per-function: {defaultInherit: true}}", "", True),
            (
                "custom: {serverless-iam-roles-per-function: {defaultInherit: true}}",
                "iamRoleStatementsInherit: false",
                False,
            ),
        ],
    )
    def test_inherits_where_it_is_said(self, custom: str, own: str, inherits: bool) -> None:
        text = (
            f"provider:\n  iamRoleStatements: [{_ALLOW.replace('s3:GetObject', 'sns:Publish')}]\n"
            f"functions:\n  api:\n    iamRoleStatements: [{_ALLOW}]\n    {own}\n{custom}\n"
        )
        found = _read(text)
        assert ("sns:Publish" in _actions(found, "function api")) is inherits
        inherited = [one for one in found.policies if one.attached_by == "inherited from `provider`"]
        assert [str(one.location) for one in inherited] == (["app/serverless.yml:2:22"] if inherits else [])

    def test_of_version_4(self) -> None:
        text = (
            "service: s\nprovider:\n  iam:\n    role:\n      mode: perFunction\n"
            f"      statements: [{_ALLOW.replace('s3:GetObject', 'sns:Publish')}]\n      managedPolicies: ['{_READ}']\n"
            f"functions:\n  api: {{iam: {{role: {{statements: [{_ALLOW}], managedPolicies: ['{_VPC}']}}}}}}\n"
            "  alone: {iam: {inheritStatements: false}}\n  given: {role: R}\n"
        )
        found = _read(text)
        assert {one.principal for one in found.policies} == {"function api", "function alone"}
        assert {"s3:GetObject", "sns:Publish"} <= set(_actions(found, "function api"))
        assert "sns:Publish" not in _actions(found, "function alone")
        managed = [(one.principal, one.attached_by) for one in found.policies if one.attached_by.startswith("managed")]
        assert managed == [
            ("function api", f"managed {_READ}"),
            ("function api", f"managed {_VPC}"),
            ("function alone", f"managed {_READ}"),
        ]

    def test_an_empty_list_is_a_role_of_its_own(self) -> None:
        found = _read(f"provider:\n  iamRoleStatements: [{_ALLOW}]\nfunctions:\n  api: {{iamRoleStatements: []}}\n")
        assert "s3:GetObject" not in _actions(found, "function api")
        assert _actions(found, "function api")


@pytest.mark.parametrize(
    ("settings", "actions"),
    [
        ("tracing: true", ["xray:PutTraceSegments", "xray:PutTelemetryRecords"]),
        ("kmsKeyArn: arn:aws:kms:us-east-1:123456789012:key/k", ["kms:Decrypt"]),
        ("onError: arn:aws:sns:us-east-1:123456789012:t", ["sns:Publish"]),
        (
            "fileSystemConfig: {arn: 'arn:aws:elasticfilesystem:us-east-1:123456789012:access-point/a'}",
            ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"],
        ),
        (
            "events: [{stream: 'arn:aws:kinesis:us-east-1:123456789012:stream/s'}]",
            ["kinesis:GetRecords", "kinesis:GetShardIterator", "kinesis:DescribeStream", "kinesis:ListStreams"],
        ),
        (
            "events: [{stream: {type: dynamodb, arn: !GetAtt T.StreamArn}}]",
            ["dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:DescribeStream", "dynamodb:ListStreams"],
        ),
        (
            "events: [{sqs: {arn: !GetAtt Q.Arn}}]",
            ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
        ),
        ("events: [{websocket: $default}]", ["execute-api:ManageConnections"]),
        ("events: [{schedule: {rate: [rate(1 day)], method: scheduler}}]", ["lambda:InvokeFunction"]),
        ("events: [{schedule: rate(1 day)}, {http: {path: '${ssm:/p}'}}]", []),
        ("tracing: false", []),
    ],
)
def test_settings_and_events_bring_statements(settings: str, actions: list[str]) -> None:
    text = (
        f"provider: {{name: aws}}\nfunctions:\n  api:\n    {settings}\nresources:\n  Resources:\n"
        "    T: {Type: AWS::DynamoDB::Table}\n    Q: {Type: AWS::SQS::Queue}\n"
    )
    found = _read(text)
    added = [one for one in found.policies if "logs" not in one.attached_by and one.kind is PolicyKind.IDENTITY]
    assert [action for one in added for line in one.policy.statements for action in line.action.values] == actions
    assert {one.location.line for one in added} <= {4}
    assert found.unresolved == ()


def test_one_setting_of_the_provider_brings_its_statement_once() -> None:
    found = _read("provider: {tracing: {lambda: true}}\nfunctions: {a: {handler: h}, b: {handler: h}}\n")
    assert [one.attached_by for one in found.policies].count("the Serverless Framework, for tracing") == 1


def test_events_change_who_is_trusted() -> None:
    events = "[{cloudFront: {origin: o}}, {schedule: {rate: [r], method: scheduler}}]"
    found = _read(f"provider: {{name: aws}}\nfunctions: {{a: {{events: {events}}}}}\n")
    trust = found.policies[-1].policy.statements[0].principal
    assert trust is not None
    assert [one.value for one in trust.entries] == [
        "lambda.amazonaws.com",
        "edgelambda.amazonaws.com",
        "scheduler.amazonaws.com",
    ]


def test_logs_name_functions_with_other_names_and_deny_those_without() -> None:
    text = (
        "service: s\nprovider: {name: aws}\nfunctions:\n  a: {handler: h}\n  b: {name: other}\n"
        "  c: {disableLogs: true}\n  d: {name: mute, disableLogs: true}\n"
    )
    logs = _read(text).policies[0]
    where = f"arn:aws:logs:us-east-1:{UNKNOWN}:log-group:/aws/lambda/"
    assert _resources(logs) == (f"{where}other:*", f"{where}s-dev*:*")
    assert logs.policy.statements[2].effect.value == "Deny"
    assert _resources(logs, 2) == (f"{where}s-dev-c:*",)


def test_functions_may_be_a_list() -> None:
    text = f"functions:\n  - ${{file(a.yml)}}\n  - {{b: {{iamRoleStatements: [{_ALLOW}]}}}}\n"
    found = _read(text, {"a.yml": f"a:\n  iamRoleStatements:\n    - {_ALLOW}\n"})
    assert [(one.principal, str(one.location)) for one in _written(found)] == [
        ("function a", "app/a.yml:3:5"),
        ("function b", "app/serverless.yml:3:29"),
    ]


class TestResources:
    """The `resources` section."""

    def test_is_cloudformation(self) -> None:
        text = (
            "resources:\n  Resources:\n    R:\n      Type: AWS::IAM::Role\n      Properties:\n"
            "        Policies:\n          - PolicyName: p\n            PolicyDocument:\n"
            f"              Statement:\n                - {_ALLOW.replace('*', 'arn:aws:s3:::${self:custom.b}')}\n"
            "custom: {b: bucket}\n"
        )
        (policy,) = _read(text).policies
        assert (policy.principal, policy.source) == ("role R", "serverless")
        assert _resources(policy) == ("arn:aws:s3:::bucket",)
        assert str(policy.policy.statements[0].location) == "app/serverless.yml:10:19"

    def test_statements_meet_what_they_name(self) -> None:
        text = (
            "service: s\nprovider:\n  region: eu-west-1\n  iamRoleStatements:\n"
            "    - Effect: Allow\n      Action: dynamodb:Query\n"
            "      Resource:\n        - !GetAtt Table.Arn\n        - !Sub '${Table.Arn}/index/*'\n"
            "        - !GetAtt ApiLambdaFunction.Arn\n"
            f"{_FUNCTIONS}resources:\n  - Resources:\n      Table:\n        Type: AWS::DynamoDB::Table\n"
            "        Properties: {TableName: 'orders-${sls:stage}'}\n  - ${file(more.yml)}\n"
        )
        found = _read(text, {"more.yml": "Resources:\n  B: {Type: AWS::S3::Bucket}\n"})
        (written,) = _written(found)
        table = f"arn:aws:dynamodb:eu-west-1:{UNKNOWN}:table/orders-dev"
        function = f"arn:aws:lambda:eu-west-1:{UNKNOWN}:function:s-dev-api"
        assert _resources(written) == (table, f"{table}/index/*", function)
        assert found.unresolved == ()

    def test_what_bears_no_policy_may_be_unknown(self) -> None:
        text = "resources:\n  Resources:\n    B: {Type: AWS::S3::Bucket, Properties: {BucketName: '${ssm:/b}'}}\n"
        assert (_read(text).policies, _read(text).unresolved) == ((), ())

    def test_what_bears_a_policy_may_not(self) -> None:
        text = (
            "resources:\n  Resources:\n    P:\n      Type: AWS::S3::BucketPolicy\n"
            "      Properties: {PolicyDocument: '${ssm:/b}'}\n"
        )
        (unresolved,) = _read(text).unresolved
        assert str(unresolved.location) == "app/serverless.yml:5:36"

    def test_extensions_of_the_role_are_the_providers(self) -> None:
        for section in ("extensions", "Resources"):
            text = (
                f"provider: {{name: aws}}\nresources:\n  {section}:\n    IamRoleLambdaExecution:\n      Properties:\n"
                f"        Policies: [{{PolicyName: p, PolicyDocument: {{Statement: [{_ALLOW}]}}}}]\n"
            )
            (policy,) = _read(text).policies
            assert policy.principal == "provider"

    def test_an_unknown_section_is_unresolved(self) -> None:
        assert len(_read("resources: ${file(r.js)}\n").unresolved) == 1


class TestVariables:
    """Variables in what decides a policy."""

    def test_statements_come_from_another_file(self) -> None:
        text = f"provider:\n  iam:\n    role:\n      statements: ${{file(iam.json):{{}}}}\n{_FUNCTIONS}".replace(
            ":{}", ":s"
        )
        found = _read(text, {"iam.json": json.dumps({"s": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]})})
        (written,) = _written(found)
        assert (str(written.location), written.principal) == ("app/iam.json:1:7", "provider")
        assert str(written.policy.statements[0].location) == "app/iam.json:1:8"

    def test_the_unknown_part_is_listed_and_the_rest_is_read(self) -> None:
        text = (
            f"provider:\n  iamRoleStatements:\n    - ${{file(a.js)}}\n    - {_ALLOW}\n"
            "    - {Effect: Allow, Action: '${ssm:/a}', Resource: 'arn:aws:s3:::${cf:s.Bucket}/*'}\n"
        )
        found = _read(text)
        (written,) = _written(found)
        assert [one.action.values for one in written.policy.statements] == [("s3:GetObject",), (UNKNOWN,)]
        assert _resources(written, 1) == (f"arn:aws:s3:::{UNKNOWN}/*",)
        assert [(str(one.location), one.supply) for one in found.unresolved] == [
            ("app/serverless.yml:3:7", "--var 'file(a.js)=VALUE'"),
            ("app/serverless.yml:5:31", "--var 'ssm:/a=VALUE'"),
            ("app/serverless.yml:5:54", "--var 'cf:s.Bucket=VALUE'"),
        ]

    def test_what_decides_no_policy_may_be_unknown(self) -> None:
        text = (
            f"provider:\n  environment: {{A: '${{ssm:/a}}'}}\n  iamRoleStatements: [{_ALLOW}]\n"
            "functions:\n  a: {environment: '${ssm:/b}'}\n"
        )
        assert _read(text).unresolved == ()

    def test_the_stage_is_the_users(self) -> None:
        text = f"service: s\nprovider: {{stage: '${{opt:stage, \"dev\"}}'}}\n{_FUNCTIONS}"
        assert "/aws/lambda/s-prod*" in _resources(_read(text, values={"stage": "prod"}).policies[0])[0]


def _package(statements: object) -> str:
    document = {"Version": "2012-10-17", "Statement": statements}
    properties = {"Policies": [{"PolicyName": "p", "PolicyDocument": document}]}
    return json.dumps({"Resources": {"IamRoleLambdaExecution": {"Type": "AWS::IAM::Role", "Properties": properties}}})


def test_a_syntax_of_ones_own_is_unresolved() -> None:
    (unresolved,) = _read("provider:\n  name: aws\n  variableSyntax: '\\${{([^}]+?)}}'\n").unresolved
    assert str(unresolved.location) == "app/serverless.yml:3:3"


@pytest.mark.parametrize("plugin", ["serverless-pseudo-parameters", "another"])
def test_the_plugin_for_pseudo_parameters_substitutes(plugin: str) -> None:
    text = (
        f"plugins: [{plugin}]\nprovider:\n  region: eu-west-1\n  iamRoleStatements:\n    - Effect: Allow\n"
        "      Action: sns:Publish\n      Resource: 'arn:aws:sns:#{AWS::Region}:#{AWS::AccountId}:${aws:username}'\n"
    )
    found = _read(text)
    expected = f"arn:aws:sns:eu-west-1:{UNKNOWN}:${{aws:username}}"
    assert (_resources(found.policies[0]) == (expected,)) is (plugin != "another")
    assert found.unresolved == ()


class TestPackaged:
    """The template that the framework packaged."""

    TEXT = f"provider:\n  iamRoleStatements:\n    - {_ALLOW}\n    - {{Effect: Allow, Action: 's3:*', Resource: '${{ssm:/b}}'}}\n"
    KNOWN: Mapping[str, object] = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
    OTHER: Mapping[str, object] = {"Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::b"}

    def test_decides_what_the_file_leaves_unknown(self) -> None:
        found = _read(self.TEXT, {PACKAGED: _package([self.KNOWN, self.OTHER])})
        assert found.unresolved == ()
        first, second = found.policies
        assert (first.location.file, first.policy.statements[0].action.values) == (
            "app/serverless.yml",
            ("s3:GetObject",),
        )
        assert (second.location.file, second.principal) == (f"app/{PACKAGED}", "provider")
        assert second.attached_by == f"the Serverless Framework, in `{PACKAGED}`"
        assert [_resources(one) for one in found.policies] == [("*",), ("arn:aws:s3:::b",)]

    def test_is_not_believed_where_it_lacks_a_statement(self) -> None:
        found = _read(self.TEXT, {PACKAGED: _package([self.OTHER])})
        assert [one.location.file for one in found.policies] == ["app/serverless.yml"]
        assert len(found.unresolved) == 2
        stale = found.unresolved[-1]
        assert (str(stale.location), stale.supply) == ("app/serverless.yml:3:7", "serverless package")

    def test_is_not_asked_where_the_file_says_all(self) -> None:
        text = f"provider:\n  iamRoleStatements:\n    - {_ALLOW}\n"
        assert _read(text, {PACKAGED: _package([self.OTHER])}) == _read(text)

    def test_is_refused_where_it_is_no_template(self) -> None:
        with pytest.raises(MalformedInput, match=f"^app/{PACKAGED}"):
            _read(self.TEXT, {PACKAGED: "{"})


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("- a\n", "app/serverless.yml:1:1: a service file is an object"),
        ("text", "app/serverless.yml:1:1"),
        ("", "app/serverless.yml:1:1"),
        ("a: [\n", "app/serverless.yml:"),
        ("a: &a [*a]\n", "app/serverless.yml:1:8"),
        ("service: s\nservice: t\n", "app/serverless.yml:2:1"),
        ("a: 1\n---\nb: 2\n", "app/serverless.yml:"),
        ("a: !!python/object:os.system x\n", "app/serverless.yml:1:4"),
    ],
)
def test_what_is_no_service_file_is_refused_at_its_place(text: str, place: str) -> None:
    with pytest.raises(MalformedInput, match=place):
        _read(text)


@pytest.mark.parametrize(
    "text",
    [
        "provider: aws\n",
        "provider: [1]\nfunctions: 3\nresources: text\n",
        "provider: null\nfunctions: null\nresources: null\n",
        "functions: {a: null, b: 1, c: [x]}\n",
        "functions: {a: {events: {http: x}}, b: {events: [null, 1, [x], {sqs: null}, {stream: [1]}]}}\n",
        "provider: {iamRoleStatements: text}\n",
        "provider: {iamRoleStatements: [1, null, [x], {}]}\n",
        "provider: {iam: {role: {statements: {Effect: Allow}}}}\n",
        "provider: {iam: [1], vpc: 1, tracing: 1, logs: 1}\nfunctions: {a: {iam: 1, logs: 1, iamRoleStatements: {a: b}}}\n",
        "resources: [null, 1, {Resources: [1]}, {Resources: {R: null, S: {Type: 1}}}, {extensions: 1}]\n",
        "custom: {serverless-iam-roles-per-function: 1}\nfunctions: {a: {iamRoleStatements: []}}\n",
        "service: {name: s}\nprovider: {stage: [1], region: {a: 1}}\nfunctions: {a: {name: {Ref: X}}}\n",
    ],
)
def test_odd_shapes_hold_what_they_hold(text: str) -> None:
    found = _read(text)
    assert all(one.policy.statements for one in found.policies)
    assert {one.location.file for one in found.unresolved} <= {"app/serverless.yml"}


@pytest.mark.parametrize(("name", "count"), [("google", 0), ("aws", 1), ("'${ssm:/p}'", 1)])
def test_only_aws_has_policies(name: str, count: int) -> None:
    assert len(_read(f"provider: {{name: {name}, iamRoleStatements: [{_ALLOW}]}}\n").policies) == count
    assert _read("provider: google\nfunctions: {a: {handler: h}}\n") == Found()


def test_a_json_service_file_is_read() -> None:
    text = json.dumps({"provider": {"iamRoleStatements": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}})
    (policy,) = read_serverless(text, "serverless.json", Supplied()).policies
    assert str(policy.location) == "serverless.json:1:36"


def test_a_file_that_grows_without_bounds_is_refused() -> None:
    lines = "".join(f"  a{n}: ['${{self:custom.a{n + 1}}}', '${{self:custom.a{n + 1}}}']\n" for n in range(30))
    with pytest.raises(TooLarge):
        _read(f"provider: {{iamRoleStatements: '${{self:custom.a0}}'}}\ncustom:\n{lines}  a30: x\n")
