"""A least-privilege policy with its proof, as text and as JSON (`secrets-cli/secret-policy/1`)."""

import json

from secrets_cli.iam.arn import parse_arn
from secrets_cli.iam.model import Policy
from secrets_cli.iam.render import policy_document
from secrets_cli.json_value import JsonValue
from secrets_cli.secrets.policies.proof import Duty, Made, Proven, request_words

SCHEMA = "secrets-cli/secret-policy/1"
_SHOWN = 3


def document(made: Made, notes: tuple[str, ...]) -> dict[str, JsonValue]:
    """Everything, each proven request included."""
    wanted = made.wanted
    return {
        "schema": SCHEMA,
        "duty": wanted.duty.value,
        "covers": str(wanted.covered),
        "resource": wanted.covered.parameters,
        "principal": wanted.principal,
        "keys": list(wanted.key_arns),
        "policy": policy_document(made.policy),
        "parameter_policy": _optional(made.parameter_policy),
        "key_policy_statement": _optional(made.key_statement),
        "proof": {
            "holds": made.holds,
            "allowed": sum(one.expected.allowed for one in made.proof),
            "denied": sum(not one.expected.allowed for one in made.proof),
            "requests": [_proven(one) for one in made.proof],
        },
        "notes": list(notes),
    }


def _optional(policy: Policy | None) -> JsonValue:
    return None if policy is None else policy_document(policy)


def _proven(one: Proven) -> dict[str, JsonValue]:
    request = one.expected.request
    context: dict[str, JsonValue] = {
        key: value if isinstance(value, str) else list(value) for key, value in request.context.items()
    }
    return {
        "what": one.expected.what,
        "action": request.action,
        "resource": request.resource,
        "context": context,
        "expected": "allowed" if one.expected.allowed else "denied",
        "decision": one.decision.verdict.value,
        "statement": one.decision.by.sid if one.decision.allowed else None,
    }


def proof_text(made: Made) -> str:
    """The proof for a reader: each request that is allowed, and the neighbours by kind."""
    allowed = [one for one in made.proof if one.expected.allowed]
    denied = [one for one in made.proof if not one.expected.allowed]
    lines = [f"proof, asked of the evaluator as {made.wanted.principal}:"]
    lines += [f"  allowed  {request_words(one.expected.request)}  ({one.decision.by.sid})" for one in allowed]
    kinds: dict[str, list[str]] = {}
    for one in denied:
        kinds.setdefault(one.expected.what, []).append(one.expected.request.action)
    lines += [f"  denied   {what}: {', '.join(dict.fromkeys(actions))}" for what, actions in kinds.items()]
    lines.append(f"{len(allowed)} intended requests allowed, {len(denied)} neighbours denied")
    return "\n".join(lines)


def failed_text(made: Made) -> str:
    """The requests that were decided otherwise than they should be."""
    failed = [one for one in made.proof if not one.holds]
    lines = [
        f"{request_words(one.expected.request)} is {one.decision.verdict.value}: {one.decision.by.reason}"
        for one in failed[:_SHOWN]
    ]
    return "; ".join(lines)


def across_text(made: Made) -> str:
    """What is needed beside the policy where the principal is of another account; empty where it is not."""
    if made.parameter_policy is None or made.key_statement is None:
        return ""
    account = made.wanted.covered.place.account
    each = "each parameter under it needs its own" if made.wanted.covered.path else "it"
    return "\n".join(
        (
            f"the principal is of another account than the parameter ({account}); beside this policy it takes:",
            f"1. the advanced tier, and a share by AWS RAM or this policy on the parameter ({each}; by ssm put-resource-policy):",
            json.dumps(policy_document(made.parameter_policy), indent=2),
            "2. a key of your own (alias/aws/ssm cannot be shared) with this statement in its policy:",
            json.dumps(policy_document(made.key_statement)["Statement"], indent=2),
            "3. the parameter asked for by its ARN",
        )
    )


def attach_text(made: Made) -> str:
    """How the policy is attached."""
    arn = parse_arn(made.wanted.principal)
    kind, _, rest = arn.resource.partition("/") if arn is not None else ("role", "", "")
    name = rest.rpartition("/")[2]
    use = {Duty.READER: "reader", Duty.WRITER: "writer", Duty.ROTATOR: "user"}[made.wanted.duty]
    return (
        f"attach it: aws iam put-{kind}-policy --{kind}-name {name} "
        f"--policy-name {made.wanted.duty.value} --policy-document file://policy.json\n"
        f"the key has a say too: where its policy does not leave use to IAM, `secrets-cli key grant-use KEY --{use} ARN`"
    )
