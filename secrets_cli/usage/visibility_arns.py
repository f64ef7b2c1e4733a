"""From the resource pattern of a policy to the ARNs that records of its use bear, which is what selectors ask about.

Sources: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/filtering-data-events.html (the ARN of each data-event
type) and records: a listing of an S3 bucket is about objects, its `resources` hold `ARNPrefix` `arn:aws:s3:::bucket/prefix`;
a query of a DynamoDB index is about the table.
"""

from secrets_cli.catalog.catalog import Catalog


def event_arns(action: str, type_: str, resource: str, catalog: Catalog) -> tuple[str, ...]:
    """Patterns of the `resources.ARN` that data events of the action on a resource pattern can have; at least one.

    What a pattern leaves open stays open: an ARN that no selector certainly covers is the worst that can come. For `*` on S3
    these are buckets and their objects; an access point counts where a policy names it.
    """
    if resource == "*":
        carried = [_in_partition(pattern) for pattern in catalog.resource_patterns(action) or ("*",)]
        usual = [pattern for pattern in carried if type_ != "AWS::S3::Object" or pattern.startswith("arn:aws:s3:::")]
        return tuple(dict.fromkeys(_recorded(type_, pattern) for pattern in usual or carried))
    return (_recorded(type_, _in_partition(resource)),)


def _in_partition(pattern: str) -> str:
    """A pattern for every partition is taken as one for the commercial one: a principal is of one partition, and so is its
    trail."""
    return f"arn:aws:{pattern[6:]}" if pattern.startswith("arn:*:") else pattern


def _recorded(type_: str, pattern: str) -> str:
    match type_:
        case "AWS::S3::Object" if pattern.startswith("arn:") and "/" not in pattern:
            return f"{pattern}/*"
        case "AWS::DynamoDB::Table":
            head, table, rest = pattern.partition(":table/")
            return f"{head}{table}{rest.partition('/')[0]}"
        case _:
            return pattern
