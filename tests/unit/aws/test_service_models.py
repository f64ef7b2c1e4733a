"""The SDK's models: their names and operations."""

from tests.recorder_wire import MODELS


def test_services_are_found_by_the_name_they_sign_with_and_by_their_target() -> None:
    assert {one.model for one in MODELS.signed_as("dynamodb")} == {"dynamodb", "dynamodbstreams"}
    assert [one.model for one in MODELS.signed_as("monitoring")] == ["cloudwatch"]
    assert [one.model for one in MODELS.signed_as("states")] == ["stepfunctions"]
    assert [one.model for one in MODELS.targeted_by("AmazonSSM")] == ["ssm"]
    assert MODELS.signed_as("no-such-service") == ()


def test_the_names_are_those_of_the_whole_model() -> None:
    for name in ("ssm", "s3control", "cloudwatch", "stepfunctions"):
        told = next(one for one in MODELS.names if one.model == name)
        own = MODELS.model(name)
        assert (told.signing_name, told.endpoint_prefix) == (own.signing_name, own.endpoint_prefix)
        assert told.target_prefix == own.metadata.get("targetPrefix", "")


def test_an_operation_is_found_by_its_name_on_the_wire_too() -> None:
    dated = MODELS.operation("cloudfront", "CreateDistribution2020_05_31")
    assert dated is not None
    assert dated.name == "CreateDistribution"
    assert MODELS.operation("ssm", "Nope") is None
