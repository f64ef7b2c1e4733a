"""`environment-without-kms`: an environment that AWS's own key encrypts."""

from collections.abc import Iterator

from secrets_cli.gate.knowledge import Knowledge
from secrets_cli.gate.rule import Hit, OfFunction, Persona, Rule
from secrets_cli.gate.subject import FunctionOf
from secrets_cli.severity import Confidence, Severity

_IN_THE_CLOUD = ("cloudformation", "sam", "serverless", "terraform", "terraform-plan", "zappa")


def _check(of: FunctionOf, _knowledge: Knowledge) -> Iterator[Hit]:
    function = of.function
    if function.environment and not function.key and function.source in _IN_THE_CLOUD:
        count = len({one.name for one in function.environment})
        variables = "1 environment variable" if count == 1 else f"{count} environment variables"
        yield Hit(
            f"{variables} of function `{function.name}` are readable by whoever may read its configuration"
            if count != 1
            else f"{variables} of function `{function.name}` is readable by whoever may read its configuration",
            function.location,
        )


RULE = Rule(
    id="environment-without-kms",
    title="has environment variables that no key of your own encrypts",
    severity=Severity.INFO,
    confidence=Confidence.HIGH,
    persona=Persona.AUDITOR,
    why=(
        "Lambda always encrypts environment variables, by default with the key `aws/lambda`, which every principal who may"
        " read the function's configuration may use through it. With a key of your own the variables are shown only to"
        " those who may also use that key. Where no variable holds a secret this is of no matter, which is why only"
        " the auditor sees it."
    ),
    how_to_fix="Keep secrets out of the environment; if that cannot be, set `KmsKeyArn` to a key of your own.",
    references=("https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars-encryption.html",),
    mapping=("CKV_AWS_173",),
    check=OfFunction(_check),
)
