"""`runtime-end-of-life`: a function on a runtime that AWS no longer supports, or that is in no list."""

import difflib
from collections.abc import Iterator

from secrets_cli.gate.knowledge import Knowledge
from secrets_cli.gate.lambda_runtimes import AS_OF, RUNTIMES, Runtime
from secrets_cli.gate.rule import Hit, OfFunction, Persona, Rule
from secrets_cli.gate.subject import FunctionOf
from secrets_cli.inputs.found import UNKNOWN
from secrets_cli.severity import Confidence, Severity


def _check(of: FunctionOf, knowledge: Knowledge) -> Iterator[Hit]:
    name = of.function.runtime
    if not name or UNKNOWN in name:
        return
    place = of.function.runtime_location or of.function.location
    runtime = RUNTIMES.get(name)
    if runtime is None:
        near = difflib.get_close_matches(name, RUNTIMES, 1)
        meant = f"; `{near[0]}` is" if near else ""
        yield Hit(f"`{name}` is no runtime of Lambda's list of {AS_OF:%Y-%m}{meant}", place, subject=name)
    elif runtime.ends is not None and runtime.ends <= knowledge.today:
        yield Hit(
            f"the support of `{name}` ended on {runtime.ends}: AWS patches it no more",
            place,
            evidence=tuple(_next(runtime)),
            subject=name,
        )


def _next(runtime: Runtime) -> Iterator[str]:
    if runtime.no_create is not None:
        yield f"no function can be created with it from {runtime.no_create} on"
    if runtime.no_update is not None:
        yield f"no function on it can be changed from {runtime.no_update} on"
    if runtime.successor:
        yield f"the newest runtime of the kind is `{runtime.successor}`"


RULE = Rule(
    id="runtime-end-of-life",
    title="runs on a runtime that AWS no longer supports",
    severity=Severity.INFO,
    confidence=Confidence.HIGH,
    persona=Persona.DEFAULT,
    why=(
        "Once a runtime is deprecated AWS applies no security patches to it and gives no support. Later no function can be"
        " created with it, and then none can be changed: on the day of an urgent fix the code cannot be deployed. A name"
        " that is in no list of runtimes is a slip, or newer than the list."
    ),
    how_to_fix="Set the newest runtime of the language, and test against it.",
    references=("https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html#runtime-support-policy",),
    mapping=("Security Hub Lambda.2", "CKV_AWS_363", "cfn-lint E2531, W2531"),
    check=OfFunction(_check),
)
