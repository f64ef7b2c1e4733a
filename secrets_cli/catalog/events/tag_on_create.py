"""ec2:CreateTags, which EC2 checks when a creating call brings tags; it is no event of its own then.

https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/supported-iam-actions-tagging.html
"""

from secrets_cli.catalog.events.conditions import EQUALS
from secrets_cli.catalog.events.ec2_ids import WITHOUT_ACCOUNT
from secrets_cli.catalog.events.names import fill
from secrets_cli.catalog.events.parameters import texts
from secrets_cli.catalog.grant import ApiCall, Grant
from secrets_cli.iam.model import ConditionTerm

ACTION = "ec2:CreateTags"
RULE = "ec2-tag-on-create"


def tags_on_create(event_name: str, call: ApiCall) -> tuple[Grant, ...]:
    """The grant to tag what the call creates, limited to this call by ec2:CreateAction; none where it brings no
    tags."""
    request = f"{event_name}Request.TagSpecification.ResourceType"
    kinds = texts(call.parameters, f"tagSpecificationSet.resourceType|tagSpecifications.resourceType|{request}")
    if not kinds:
        return ()
    arns = tuple(sorted(_any_of(kind, call) for kind in kinds))
    return (Grant(ACTION, arns, (ConditionTerm(EQUALS, "ec2:CreateAction", (event_name,)),), rule=RULE),)


def _any_of(kind: str, call: ApiCall) -> str:
    account = "" if kind in WITHOUT_ACCOUNT else "{account}"
    return fill(f"arn:{{partition}}:ec2:{{region}}:{account}:{kind}/*", call, "")
