"""Which endpoint is configured."""

from pathlib import Path

import pytest

from secrets_cli.aws.configured_endpoint import configured_endpoint, is_ignored, services_set_apart


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("AWS_ENDPOINT_URL", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "config").write_text("[profile dev]\nendpoint_url = http://localhost:4566\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))


def test_the_environment_comes_before_the_profile(monkeypatch: pytest.MonkeyPatch) -> None:
    assert configured_endpoint(None) == ""
    assert configured_endpoint("dev") == "http://localhost:4566"
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://localhost:1")
    assert configured_endpoint("dev") == "http://localhost:1"


def test_what_is_to_be_ignored_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://localhost:1")
    monkeypatch.setenv("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "TRUE")
    assert is_ignored()
    assert configured_endpoint(None) == ""


def test_services_that_are_set_apart_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://localhost:1")
    monkeypatch.setenv("AWS_ENDPOINT_URL_SQS", "")
    assert services_set_apart() == ("AWS_ENDPOINT_URL_S3",)
