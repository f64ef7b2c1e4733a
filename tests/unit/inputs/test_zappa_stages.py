"""What the stages of a Zappa settings file say of Zappa's own calls."""

import pytest

from secrets_cli.errors import MalformedInput
from secrets_cli.inputs.zappa_stages import ZappaStage, zappa_stages
from secrets_cli.narrow.configuration import Configuration, zappa_configuration

PRINCIPAL = "arn:aws:iam::123456789012:role/shop-dev-ZappaLambdaExecutionRole"


def stage(settings: str, name: str = "zappa_settings.json", folder: str = "shop") -> ZappaStage:
    """The one stage of a file."""
    (found,) = zappa_stages(settings, name, folder)
    return found


def implied(settings: str) -> set[tuple[str, str]]:
    """The grants of the one stage."""
    return {(g.action, g.resource) for g in configuration(settings).implied}


def configuration(settings: str, principal: str = PRINCIPAL) -> Configuration:
    """The configuration of the one stage."""
    return zappa_configuration(stage(settings), "zappa_settings.json", principal)


SELF = "arn:aws:lambda:eu-west-1:123456789012:function:shop-dev"
ITSELF = {("lambda:InvokeFunction", SELF)}


def test_the_names_that_zappa_makes() -> None:
    found = stage('{"dev": {}}', folder="My Shop, with a long name")
    assert (found.project, found.function) == ("my-shop-with-a-", "my-shop-with-a-dev")
    assert found.role == "my-shop-with-a-dev-ZappaLambdaExecutionRole"
    assert found.keep_warm
    assert not found.slim_handler


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("zappa_settings.json", '{"dev": {"project_name": "shop", "slim_handler": true, "s3_bucket": "b"}}'),
        ("zappa_settings.toml", '[dev]\nproject_name = "shop"\nslim_handler = true\ns3_bucket = "b"\n'),
        ("zappa_settings.yml", "dev:\n  project_name: shop\n  slim_handler: true\n  s3_bucket: b\n"),
    ],
)
def test_the_three_formats(name: str, text: str) -> None:
    found = stage(text, name)
    assert (found.project, found.slim_handler, found.bucket) == ("shop", True, "b")


def test_a_stage_has_the_settings_of_the_one_it_extends() -> None:
    base, prod = zappa_stages(
        '{"base": {"slim_handler": true, "s3_bucket": "b"}, "prod": {"extends": "base", "s3_bucket": "p"}}',
        "z.json",
        "shop",
    )
    assert (base.bucket, prod.bucket, prod.slim_handler) == ("b", "p", True)


def test_any_stage_may_call_itself() -> None:
    assert implied('{"dev": {"aws_region": "eu-west-1", "keep_warm": false}}') == ITSELF


def test_why_says_whether_it_is_kept_warm() -> None:
    warm, cold = (configuration(f'{{"dev": {{"keep_warm": {flag}}}}}').implied[0].because for flag in ("true", "false"))
    assert "keeps it warm" in warm
    assert "keeps it warm" not in cold


def test_a_region_that_the_profile_says_is_open() -> None:
    assert ("lambda:InvokeFunction", SELF.replace("eu-west-1", "*")) in implied('{"dev": {}}')


def test_the_slim_handler_reads_one_object() -> None:
    settings = '{"dev": {"aws_region": "eu-west-1", "slim_handler": true, "s3_bucket": "zappa-shop"}}'
    archive = ("s3:GetObject", "arn:aws:s3:::zappa-shop/dev_shop_current_project.tar.gz")
    assert implied(settings) == ITSELF | {archive}


def test_a_bucket_without_a_name_is_one_that_zappa_makes_up() -> None:
    found = implied('{"dev": {"slim_handler": true}}')
    assert ("s3:GetObject", "arn:aws:s3:::zappa-?????????/dev_shop_current_project.tar.gz") in found


@pytest.mark.parametrize(
    "settings", ['"remote_env": "s3://conf/dev.json"', '"remote_env_bucket": "conf", "remote_env_file": "dev.json"']
)
def test_a_remote_environment(settings: str) -> None:
    assert ("s3:GetObject", "arn:aws:s3:::conf/dev.json") in implied(f'{{"dev": {{{settings}}}}}')


def test_asynchronous_tasks_by_topic_and_with_answers() -> None:
    settings = '{"dev": {"aws_region": "eu-west-1", "async_source": "sns", "async_response_table": "answers"}}'
    table = "arn:aws:dynamodb:eu-west-1:123456789012:table/answers"
    assert implied(settings) - ITSELF == {
        ("sns:Publish", "arn:aws:sns:eu-west-1:123456789012:shop-dev-zappa-async"),
        *((f"dynamodb:{name}", table) for name in ("GetItem", "PutItem", "UpdateItem")),
    }


def test_websockets() -> None:
    settings = '{"dev": {"aws_region": "eu-west-1", "websocket_handler_module": "shop.ws"}}'
    connections = "arn:aws:execute-api:eu-west-1:123456789012:*/dev/*"
    assert implied(settings) - ITSELF == {("execute-api:ManageConnections", connections)}


@pytest.mark.parametrize(
    ("settings", "principal", "role"),
    [
        ("{}", PRINCIPAL, PRINCIPAL),
        ("{}", PRINCIPAL.replace("role/", "role/apps/"), PRINCIPAL.replace("role/", "role/apps/")),
        ('{"role_name": "web"}', PRINCIPAL, "arn:aws:iam::123456789012:role/web"),
        ('{"role_arn": "arn:aws:iam::9:role/x"}', PRINCIPAL, "arn:aws:iam::9:role/x"),
    ],
)
def test_whose_role_it_is(settings: str, principal: str, role: str) -> None:
    assert configuration(f'{{"dev": {settings}}}', principal).role == role


@pytest.mark.parametrize("text", ["[]", "{", '{"dev": 1}', '{"dev": {"s3_bucket": 7}}', '{"dev": {"extends": "x"}}'])
def test_what_is_no_settings_file_is_refused_with_its_place(text: str) -> None:
    with pytest.raises(MalformedInput, match=r"z\.json:1:"):
        zappa_stages(text, "z.json", "shop")
