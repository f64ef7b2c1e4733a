"""The same app without Zappa: deployed by the demo under Zappa's default policy, narrowed, and applied by `role apply`."""

import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path

from secrets_cli.bundled import bundled
from secrets_cli.demo.live.app_steps import furnish, grant_key, ours, overreach, record, still_works
from secrets_cli.demo.live.outputs import narrowed, open_findings
from secrets_cli.demo.live.stage import FUNCTION, LOGS, PROJECT, ROLE, ROLE_ARN, NotProven, Stage

PRESENT = f"{PROJECT}/zappa-permissions.json"
"""The role's policy before, as a file."""


def present_policy() -> str:
    """Zappa's default policy, with the permission to read settings that developers add to it; JSON text."""
    document = json.loads(bundled("policies", "zappa/default-execution.json"))
    document["Statement"].append({"Effect": "Allow", "Action": ["ssm:GetParameter*", "kms:Decrypt"], "Resource": "*"})
    return json.dumps(document, indent=2) + "\n"


def zipped(files: Mapping[str, str]) -> bytes:
    """A zip of these files, name to text."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return packed.getvalue()


def _deploy(stage: Stage) -> str:
    policy = present_policy()
    (stage.folder / PRESENT).write_text(policy, encoding="utf-8")
    project: Path = stage.folder / PROJECT
    code = zipped({name: (project / name).read_text(encoding="utf-8") for name in ("orders.py", "handler.py")})
    return stage.account.function(FUNCTION, stage.account.role(ROLE, policy), code).rstrip("/")


def play_plain(stage: Stage) -> None:
    """Deploy, use and record; narrow, apply and use again; the gate before and after."""
    furnish(stage.account)
    address = _deploy(stage)
    stage.part("An app, deployed by this demo with Zappa's default policy on its role (--fast: without Zappa)")
    grant_key(stage)

    rules = open_findings(stage.run(ours("gate", PRESENT, "--format", "json", ends=14)).out)
    if "zappa-default-policy" not in rules and "service-wildcard" not in rules:
        raise NotProven("the gate does not find the broad policy")
    stage.prove(f"before: the gate fails the build (exit 14): {rules}")

    overreach(stage, address)
    record(stage, address)

    stage.part("The role narrowed to what was used")
    logs = ("--logs", LOGS, "--selectors", f"{LOGS}/recorded.selectors", "--drop-invisible", "xray")
    role = ("--principal", ROLE_ARN, "--policy", PRESENT, "--function", FUNCTION)
    ran = stage.run(ours("role", "narrow", *role, *logs, "--out", "narrowed", "--format", "json"))
    stage.prove(str(narrowed(ran.out)))

    apply = ("narrowed/narrowing.json", "--snapshot", "snapshot.json", "--settle", "0", "--yes")
    stage.run(ours("role", "apply", *apply))
    stage.prove("the narrowed policy is in force; `role rollback snapshot.json` would put the old one back")
    still_works(stage, address)

    rules = open_findings(stage.run(ours("gate", "narrowed/policy.json", "--format", "json")).out)
    if rules:
        raise NotProven(f"the gate still finds {rules}")
    stage.prove("after: the gate passes (exit 0)")
