"""The statement that makes a table of a trail in Athena, with partition projection: no partition is ever to be added.

After https://docs.aws.amazon.com/athena/latest/ug/create-cloudtrail-table-partition-projection.html, with a column for each part
of the keys that a trail writes
(https://docs.aws.amazon.com/awscloudtrail/latest/userguide/get-and-view-cloudtrail-log-files.html), so that accounts, regions
and days are pruned.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from secrets_cli.errors import ConfigurationError
from secrets_cli.usage.engines.texts import literal

_COLUMNS = """\
  eventversion STRING,
  useridentity STRUCT<
    type: STRING,
    principalid: STRING,
    arn: STRING,
    accountid: STRING,
    invokedby: STRING,
    accesskeyid: STRING,
    username: STRING,
    onbehalfof: STRUCT<userid: STRING, identitystorearn: STRING>,
    sessioncontext: STRUCT<
      attributes: STRUCT<mfaauthenticated: STRING, creationdate: STRING>,
      sessionissuer: STRUCT<type: STRING, principalid: STRING, arn: STRING, accountid: STRING, username: STRING>,
      ec2roledelivery: STRING,
      webidfederationdata: STRUCT<federatedprovider: STRING, attributes: MAP<STRING, STRING>>
    >
  >,
  eventtime STRING,
  eventsource STRING,
  eventname STRING,
  awsregion STRING,
  sourceipaddress STRING,
  useragent STRING,
  errorcode STRING,
  errormessage STRING,
  requestparameters STRING,
  responseelements STRING,
  additionaleventdata STRING,
  requestid STRING,
  eventid STRING,
  readonly STRING,
  resources ARRAY<STRUCT<arn: STRING, accountid: STRING, type: STRING>>,
  eventtype STRING,
  apiversion STRING,
  managementevent STRING,
  recipientaccountid STRING,
  serviceeventdetails STRING,
  sharedeventid STRING,
  vpcendpointid STRING,
  eventcategory STRING
"""
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_ORGANIZATION = re.compile(r"o-[a-z0-9]{10,32}")
_SINCE = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True, slots=True)
class TrailPlace:
    """Where a trail delivers."""

    bucket: str
    accounts: Sequence[str]
    regions: Sequence[str]
    since: str
    """The first day, `2026-01-01`."""
    prefix: str = ""
    organization: str = ""
    """`o-...`, of an organisation's trail."""

    @property
    def location(self) -> str:
        """The folder of all the accounts."""
        parts = (self.bucket, self.prefix.strip("/"), "AWSLogs", self.organization)
        return f"s3://{'/'.join(part for part in parts if part)}/"


def table_statement(name: str, place: TrailPlace) -> str:
    """The statement, to be run in Athena once. Raises ConfigurationError for what AWS would not take."""
    _check(name, place)
    template = f"{place.location}${{account}}/CloudTrail/${{region}}/${{timestamp}}"
    properties = {
        "projection.enabled": "true",
        "projection.account.type": "enum",
        "projection.account.values": ",".join(place.accounts),
        "projection.region.type": "enum",
        "projection.region.values": ",".join(place.regions),
        "projection.timestamp.type": "date",
        "projection.timestamp.format": "yyyy/MM/dd",
        "projection.timestamp.interval": "1",
        "projection.timestamp.interval.unit": "DAYS",
        "projection.timestamp.range": f"{place.since.replace('-', '/')},NOW+1DAYS",
        "storage.location.template": template,
    }
    listed = ",\n".join(f"  {literal(key)} = {literal(value)}" for key, value in properties.items())
    return (
        f"CREATE EXTERNAL TABLE {name} (\n{_COLUMNS})\n"
        "PARTITIONED BY (account STRING, region STRING, `timestamp` STRING)\n"
        "ROW FORMAT SERDE 'org.apache.hive.hcatalog.data.JsonSerDe'\n"
        "STORED AS INPUTFORMAT 'com.amazon.emr.cloudtrail.CloudTrailInputFormat'\n"
        "OUTPUTFORMAT 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat'\n"
        f"LOCATION {literal(place.location)}\n"
        f"TBLPROPERTIES (\n{listed}\n)"
    )


def _check(name: str, place: TrailPlace) -> None:
    if not all(_NAME.fullmatch(part) for part in name.split(".")) or name.count(".") > 1:
        raise ConfigurationError(f"`--table` is no name: `{name}`", "give `table` or `database.table`")
    if not _BUCKET.fullmatch(place.bucket):
        raise ConfigurationError(f"`--bucket` is no bucket's name: `{place.bucket}`", "give it without `s3://`")
    if place.organization and not _ORGANIZATION.fullmatch(place.organization):
        raise ConfigurationError(
            f"`--organization` is no organisation's id: `{place.organization}`", "give one such as `o-abcde12345`"
        )
    if not _SINCE.fullmatch(place.since):
        raise ConfigurationError(f"`--since` is no day: `{place.since}`", "write `2026-01-01`")
    if any(letter in place.prefix for letter in "'\"${}\n"):
        raise ConfigurationError("`--prefix` holds a character that no statement takes", "check the prefix")
    if not place.accounts or not place.regions:
        raise ConfigurationError("no account or no region was named", "give `--log-account` and `--log-region`")
