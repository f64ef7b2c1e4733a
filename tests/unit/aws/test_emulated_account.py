"""An emulated account is one of this machine, or it is refused."""

import pytest

from secrets_cli.aws.emulated_account import EmulatedAccount
from secrets_cli.errors import ConfigurationError
from secrets_cli.secret_value import SecretValue


@pytest.mark.parametrize(
    "url",
    ["", "https://iam.amazonaws.com", "http://10.0.0.1:4566", "http://127.0.0.1.example.com", "http://0.0.0.0:4566"],
)
def test_any_other_address_is_refused(url: str) -> None:
    with pytest.raises(ConfigurationError, match="none of this machine"):
        EmulatedAccount(url, "us-east-1", "AKIA", SecretValue("s"))


@pytest.mark.parametrize("url", ["http://127.0.0.1:4566", "http://localhost:4566", "http://[::1]:4566"])
def test_this_machine_is_not(url: str) -> None:
    assert "canary" not in repr(EmulatedAccount(url, "us-east-1", "AKIA", SecretValue("canary")))
