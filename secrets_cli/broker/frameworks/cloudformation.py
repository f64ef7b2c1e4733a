"""CloudFormation: the template that `lambda deploy` uses, code and all."""

from secrets_cli.broker.desired import Deployment
from secrets_cli.broker.frameworks.file import File
from secrets_cli.broker.inline_code import without_commentary
from secrets_cli.broker.package import handler_source
from secrets_cli.broker.template import InlineCode, rendered, template
from secrets_cli.json_value import JsonValue


def files(deployment: Deployment, metadata: JsonValue) -> tuple[File, ...]:
    """One file. Needs `--capabilities CAPABILITY_NAMED_IAM`."""
    code = InlineCode(without_commentary(handler_source()))
    return (File("template.yaml", rendered(template(deployment, code, metadata))),)
