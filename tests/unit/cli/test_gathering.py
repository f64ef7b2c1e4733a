"""What a denied read says: the folder or the parameters that the missing statement names."""

import pytest

from secrets_cli.cli.gathering import names_in_statement
from secrets_cli.errors import AccessDenied


@pytest.mark.parametrize(
    ("message", "names"),
    [
        ("AWS denied `ssm:GetParametersByPath` on `/app/prod`: User is not authorized", ("/app/prod",)),
        ("AWS denied `ssm:GetParameters` on `/a/b, /a/c`", ("/a/b", "/a/c")),
        ("AWS denied `ssm:GetParameter` on `/a/b:3`", ("/a/b",)),
        ("AWS denied `ssm:GetParametersByPath` on `/a`: not authorized to perform: kms:Decrypt", ()),
        ("AWS denied `ssm:GetParameters` on `/a/b`: not authorized to perform: kms:Decrypt", ("/a/b",)),
        ("AWS denied it", ()),
    ],
)
def test_names(message: str, names: tuple[str, ...]) -> None:
    assert names_in_statement(AccessDenied(message)) == names
