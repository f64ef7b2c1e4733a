"""A deployment to test with."""

from dataclasses import replace

from secrets_cli.broker.desired import Deployment, Found, Mode, Settings, desired
from secrets_cli.broker.grants import Grant, Grants, parsed_grants
from secrets_cli.secrets.parameter_name import Place

PLACE = Place("aws", "eu-west-1", "111122223333")
KEY = "arn:aws:kms:eu-west-1:111122223333:key/11111111-2222-3333-4444-555555555555"
OTHER_KEY = "arn:aws:kms:eu-west-1:111122223333:key/99999999-2222-3333-4444-555555555555"
APP = "arn:aws:iam::111122223333:role/team/app"
TWIN = "arn:aws:iam::111122223333:role/twin"
OPS = "arn:aws:iam::111122223333:user/ops"
GRANTS = f"""\
version: 1
grants:
  {APP}:
    names: [/app/prod/db, /app/prod/web/in-the-path-too]
    paths: [/app/prod/web]
  {TWIN}: {{paths: [/app/prod/web/], names: [/app/prod/db]}}
  {OPS}:
    names: [password]
"""
FOUND = Found(
    PLACE,
    {APP: "AROAAAAAAAAAAAAAAAAAA", TWIN: "AROATTTTTTTTTTTTTTTTT", OPS: "AIDAOOOOOOOOOOOOOOOOO"},
    {"/app/prod/db": (KEY,), "/app/prod/web/": (KEY, OTHER_KEY), "password": (OTHER_KEY,)},
)


def sample_grants(mode: Mode = Mode.BROKER) -> Grants:
    """The grants above; for other modes than broker, of nothing by themselves."""
    grants = parsed_grants(GRANTS, "grants.yaml")
    return grants if mode is Mode.BROKER else tuple(Grant(grant.principal) for grant in grants)


def sample(settings: Settings | None = None) -> Deployment:
    """A deployment of them."""
    chosen = settings or Settings()
    return desired(chosen, sample_grants(chosen.mode), FOUND)


def with_ids(ids: dict[str, str]) -> Deployment:
    """The deployment where other principals are known."""
    return desired(Settings(), sample_grants(), replace(FOUND, ids=ids))
