"""Amazon Resource Names, taken apart at their first five colons.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
"""

from dataclasses import dataclass

from secrets_cli.iam.pattern import matches

_FIELDS = 6


@dataclass(frozen=True, slots=True)
class Arn:
    """`arn:partition:service:region:account:resource`; any field but the partition's may be empty."""

    partition: str
    """`aws`, `aws-cn`, `aws-us-gov`, ...; a pattern in an ARN pattern."""
    service: str
    region: str
    account: str
    """Twelve digits, `aws` for what AWS itself owns, or empty (S3 buckets)."""
    resource: str
    """All that follows the fifth colon, further colons included."""

    def __str__(self) -> str:
        return f"arn:{self.partition}:{self.service}:{self.region}:{self.account}:{self.resource}"


def parse_arn(text: str) -> Arn | None:
    """The ARN's fields, or None where the text is no ARN: fewer than six fields, or another first field than `arn`.

    The fields are not judged: partitions are not a closed list, and accounts may be placeholders or patterns.
    """
    fields = text.split(":", _FIELDS - 1)
    if len(fields) != _FIELDS or fields[0] != "arn":
        return None
    return Arn(*fields[1:])


def arn_matches(pattern: str, text: str) -> bool:
    """Whether the ARN matches field by field, as the Arn condition operators compare: no wildcard crosses a colon
    before the fifth. False where either has fewer than six fields.

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_ARN
    """
    patterns = pattern.split(":", _FIELDS - 1)
    fields = text.split(":", _FIELDS - 1)
    if len(patterns) != _FIELDS or len(fields) != _FIELDS:
        return False
    return all(matches(one, field) for one, field in zip(patterns, fields, strict=True))
