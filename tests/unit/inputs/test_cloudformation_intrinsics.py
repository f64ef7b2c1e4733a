"""Each intrinsic function: what it gives, and what is said where it cannot be known."""

import pytest

from tests.unit.inputs.cfn_templates import HEAD, grants, problems, read, shown

POLICY = """\
  P:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Version: 2012-10-17
        Statement:
          - Effect: Allow
            Action: s3:GetObject
            Resource: [{expression}]
"""


def resources(expression: str, **values: str) -> tuple[list[tuple[str, ...]], list[str]]:
    found = read(
        HEAD + POLICY.replace("{expression}", expression), {k.replace("__", "::"): v for k, v in values.items()}
    )
    return [resource for *_, resource in grants(found)], problems(found)


def resource(expression: str, **values: str) -> str:
    listed, unknown = resources(expression, **values)
    assert unknown == []
    ((value,),) = listed
    return value


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("!Sub 'arn:${AWS::Partition}:s3:::${Stage}'", "arn:aws:s3:::dev"),
        ("!Sub 'arn:aws:sqs:${AWS::Region}:${AWS::AccountId}:x'", "arn:aws:sqs:?:?:x"),
        ("!Sub 'arn:aws:s3:::b/${!aws:username}'", "arn:aws:s3:::b/${aws:username}"),
        ("!Sub ['arn:aws:s3:::${A}-${Stage}', {A: !Ref Stage}]", "arn:aws:s3:::dev-dev"),
        ("!Sub '${Queue.Arn}'", "arn:aws:sqs:?:?:jobs"),
        ("!Sub 'arn:aws:s3:::${Unnamed}/*'", "arn:aws:s3:::?/*"),
        ("!Join ['', ['arn:aws:s3:::', !Ref Stage, /*]]", "arn:aws:s3:::dev/*"),
        ("!Join [':', [arn, aws, s3, '', '', !Join ['-', !Ref Names]]]", "arn:aws:s3:::a-b"),
        ("!Join [':', !Split ['.', 'arn.aws.s3...x']]", "arn:aws:s3:::x"),
        ("!Sub ['arn:aws:s3:::${A}', {A: !Select [1, !Ref Names]}]", "arn:aws:s3:::b"),
        ("!Sub ['arn:aws:s3:::${A}', {A: !Select [5, !Split [':', !GetAtt Queue.Arn]]}]", "arn:aws:s3:::jobs"),
        ("!Sub ['arn:aws:s3:::${A}', {A: !FindInMap [Tables, !Ref Stage, Name]}]", "arn:aws:s3:::dev-table"),
        ("!Sub ['arn:aws:s3:::${A}', {A: !FindInMap [Regions, !Ref 'AWS::Region', Same]}]", "arn:aws:s3:::x"),
        ("!Sub ['arn:aws:s3:::${A}', {A: !FindInMap [Tables, none, Name, {DefaultValue: d}]}]", "arn:aws:s3:::d"),
        ("!GetAtt Named.Arn", "arn:aws:s3:::dev-data"),
        ("!GetAtt [Named, Arn]", "arn:aws:s3:::dev-data"),
        ("{'Fn::GetAtt': [Other, Arn]}", "arn:aws:iam::?:role/app/other"),
        ("!GetAtt Key.Arn", "arn:aws:kms:?:?:key/?"),
        ("!Ref Secret", "arn:aws:secretsmanager:?:?:secret:app/db-?"),
        ("!GetAtt Cluster.Arn", "?"),
        ("!GetAtt First.Arn", "arn:aws:s3:::?"),
    ],
)
def test_what_is_known_is_resolved(expression: str, expected: str) -> None:
    assert resource(expression) == expected


@pytest.mark.parametrize(
    ("expression", "expected", "line"),
    [
        ("!Ref Bare", "?", "36:24 the parameter `Bare` has no value [--param Bare=...]"),
        ("!Sub 'arn:aws:s3:::${Bare}'", "arn:aws:s3:::?", "36:24 the parameter `Bare` has no value [--param Bare=...]"),
        ("!Ref Stored", "?", "36:24 the parameter `Stored` takes the value of a stored parameter [--param Stored=...]"),
        ("!Ref Nobody", "?", "36:24 `Nobody` is neither a parameter nor a resource of this template"),
        ("!ImportValue other-stack", "?", "36:24 `Fn::ImportValue` of `other-stack` is known at deployment only"),
        ("!GetAtt Own.Arn", "?", "36:24 `Own.Arn` is what `Custom::Thing` gives at deployment"),
        ("!GetAtt Gone.Arn", "?", "36:24 `Gone` is no resource of this template"),
        ("!Transform {Name: X}", "?", "36:24 what `Fn::Transform` gives is known at deployment only"),
        ("!Base64 x", "?", "36:24 what `Fn::Base64` gives is known at deployment only"),
        ("!Select [7, !Ref Names]", "?", "36:24 what `Fn::Select` selects is not known"),
        ("!Select [x]", "?", "36:24 `Fn::Select` takes a list of two"),
        ("!Split [',', !Ref Unnamed]", "?", "36:24 the text that `Fn::Split` splits is not known"),
        ("!Join ['', !Ref Stage]", "?", "36:24 the list that `Fn::Join` joins is not known"),
        ("!FindInMap [Tables, none, Name]", "?", "36:24 no mapping `Tables.none.Name`"),
        (
            "!FindInMap [Regions, !Ref 'AWS::Region', Other]",
            "?",
            "36:24 `Fn::FindInMap` is looked up at deployment [--param AWS::Region=...]",
        ),
        ("!If [Gone, a, b]", "?", "36:24 this is no `Fn::If` of a condition of this template"),
        (
            "'arn:aws:s3:::{{resolve:ssm:/app/bucket}}/*'",
            "arn:aws:s3:::?/*",
            "36:24 `{{resolve:ssm:/app/bucket}}` is known at deployment only",
        ),
    ],
)
def test_what_may_be_any_text_is_unknown_and_listed_at_its_place(expression: str, expected: str, line: str) -> None:
    listed, unknown = resources(expression)
    assert unknown == [f"t.yml:{line}"]
    assert listed == [(expected,)]


@pytest.mark.parametrize(
    ("expression", "values", "expected"),
    [
        ("!Sub 'arn:aws:s3:::${Bare}'", {"Bare": "x"}, "arn:aws:s3:::x"),
        ("!Sub 'arn:aws:s3:::${Stage}'", {"Stage": "prod"}, "arn:aws:s3:::prod"),
        (
            "!Sub 'arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:x'",
            {"AWS__Region": "eu-west-1", "AWS__AccountId": "111122223333", "AWS__Partition": "aws-cn"},
            "arn:aws-cn:sqs:eu-west-1:111122223333:x",
        ),
        ("!Sub ['arn:aws:s3:::${A}', {A: !Join ['+', !Ref Names]}]", {"Names": "x,y"}, "arn:aws:s3:::x+y"),
    ],
)
def test_supplied_values_go_before_defaults(expression: str, values: dict[str, str], expected: str) -> None:
    assert resource(expression, **values) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("!If [IsProd, 'arn:aws:s3:::p', 'arn:aws:s3:::d']", {"arn:aws:s3:::p", "arn:aws:s3:::d"}),
        ("!If [IsProd, !Sub 'arn:aws:s3:::${Stage}', 'arn:aws:s3:::d']", {"arn:aws:s3:::prod", "arn:aws:s3:::d"}),
        ("'*', !If [IsProd, 'arn:aws:s3:::p', !Ref 'AWS::NoValue']", {"*|arn:aws:s3:::p", "*"}),
        ("!If [Never, 'arn:aws:s3:::p', 'arn:aws:s3:::d']", {"arn:aws:s3:::d"}),
        (
            "!If [IsLarge, !Sub 'arn:aws:s3:::${Size}', !Sub 'arn:aws:s3:::${Size}']",
            {"arn:aws:s3:::large", "arn:aws:s3:::small"},
        ),
        (
            "!If [IsProd, 'arn:aws:s3:::1', 'arn:aws:s3:::2'], !If [NotProd, 'arn:aws:s3:::3', 'arn:aws:s3:::4']",
            {"arn:aws:s3:::1|arn:aws:s3:::4", "arn:aws:s3:::2|arn:aws:s3:::3"},
        ),
        (
            "!If [IsProd, 'arn:aws:s3:::p', 'arn:aws:s3:::-'], !If [IsDev, 'arn:aws:s3:::d', 'arn:aws:s3:::-']",
            {"arn:aws:s3:::p|arn:aws:s3:::-", "arn:aws:s3:::-|arn:aws:s3:::d", "arn:aws:s3:::-|arn:aws:s3:::-"},
        ),
        ("!If [Both, 'arn:aws:s3:::p', 'arn:aws:s3:::d']", {"arn:aws:s3:::p", "arn:aws:s3:::d"}),
    ],
)
def test_a_condition_is_judged_in_each_way_it_can_come_out(expression: str, expected: set[str]) -> None:
    listed, unknown = resources(expression)
    assert unknown == []
    assert {"|".join(one) for one in listed} == expected
    assert len(listed) == len(expected)


def test_a_supplied_value_settles_a_condition() -> None:
    listed, _ = resources("!If [IsProd, 'arn:aws:s3:::p', 'arn:aws:s3:::d']", Stage="prod")
    assert listed == [("arn:aws:s3:::p",)]


def test_a_default_that_a_condition_rules_out_is_not_used() -> None:
    listed, unknown = resources("!If [IsDev, 'arn:aws:s3:::d', !Sub 'arn:aws:s3:::${Stage}']")
    assert listed == [("arn:aws:s3:::d",), ("arn:aws:s3:::?",)]
    assert unknown == ["t.yml:36:54 the parameter `Stage` has another value than its default here [--param Stage=...]"]


def test_each_branch_names_its_conditions() -> None:
    found = read(HEAD + POLICY.replace("{expression}", "!If [Both, 'arn:aws:s3:::p', 'arn:aws:s3:::d']"))
    assert [one.where for one in found.policies] == ["Both", "not Both"]


def test_more_conditions_than_are_judged_are_listed() -> None:
    names = [f"C{number}" for number in range(9)]
    conditions = "".join(f"  {name}: !Equals [!Select [{n}, !Ref Names], x]\n" for n, name in enumerate(names))
    expression = ", ".join(f"!If [{name}, 'arn:aws:s3:::{name}', 'arn:aws:s3:::-']" for name in names)
    text = HEAD.replace("Conditions:\n", "Conditions:\n" + conditions) + POLICY.replace("{expression}", expression)
    found = read(text)
    assert [line.split(" ", 1)[1] for line in problems(found)] == [
        "its conditions can come out in more ways than the 64 that were judged"
    ]
    seen = {value for *_, resource in grants(found) for value in resource}
    assert seen == {"arn:aws:s3:::-", *(f"arn:aws:s3:::{name}" for name in names)}


def test_conditions_that_name_each_other_end() -> None:
    chain = "".join(f"  A{n}: !And [!Condition A{n + 1}, !Condition A{n + 1}]\n" for n in range(60))
    circle = "  X: !Not [!Condition Y]\n  Y: !Condition X\n"
    text = HEAD.replace("Conditions:\n", "Conditions:\n" + chain + circle)
    for name in ("A0", "X"):
        found = read(text + POLICY.replace("{expression}", f"!If [{name}, 'arn:aws:s3:::p', 'arn:aws:s3:::d']"))
        assert {resource for *_, resource in grants(found)} == {("arn:aws:s3:::p",), ("arn:aws:s3:::d",)}


def test_an_unknown_action_is_kept_beside_the_known_ones() -> None:
    text = HEAD + POLICY.replace("{expression}", "'*'").replace("s3:GetObject", "['s3:Get*', !Sub '${Bare}:*']")
    found = read(text)
    assert [shown(value) for value in found.policies[0].policy.statements[0].action.values] == ["s3:Get*", "?:*"]
    assert problems(found) == ["t.yml:35:33 the parameter `Bare` has no value [--param Bare=...]"]
