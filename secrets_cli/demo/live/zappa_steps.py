"""The app deployed by Zappa under its default role, that role narrowed through Zappa's own settings, and deployed again."""

from secrets_cli.demo.live.app_steps import furnish, grant_key, ours, overreach, record, still_works
from secrets_cli.demo.live.outputs import narrowed, nothing_differs, open_findings, zappa_address
from secrets_cli.demo.live.stage import LOGS, PROJECT, ROLE, Command, NotProven, Program, Stage


def play_zappa(stage: Stage) -> None:
    """Deploy, use and record; narrow, write back, update and use again; the gate before and after."""
    furnish(stage.account)
    stage.part("A Flask app, deployed by Zappa under its default role")
    ran = stage.run(_zappa("deploy"))
    address = zappa_address(ran.out)
    if ROLE not in ran.out + ran.err:
        raise NotProven(f"Zappa does not say that it made the role {ROLE}")
    stage.prove("the app runs behind API Gateway, under the role and the policy that Zappa makes for everybody")

    grant_key(stage)

    rules = open_findings(stage.run(ours("gate", PROJECT, "--format", "json", ends=14)).out)
    if "zappa-default-policy" not in rules:
        raise NotProven("the gate does not find Zappa's default policy")
    stage.prove(f"before: the gate fails the build (exit 14): {rules}")

    overreach(stage, address)
    record(stage, address)

    stage.part("The role narrowed to what was used, through Zappa's own settings")
    logs = ("--logs", LOGS, "--selectors", f"{LOGS}/recorded.selectors", "--drop-invisible", "xray")
    project = ("--project", PROJECT, "--stage", "dev", "--live")
    ran = stage.run(ours("role", "narrow", *project, *logs, "--write", "--yes", "--format", "json"))
    if "read again, the files grant exactly what is written" not in ran.err:
        raise NotProven("the narrowed policy was not written into the project")
    stage.prove(f"{narrowed(ran.out)}; written to the project")

    stage.run(_zappa("update"))
    stage.prove("Zappa itself put the narrowed policy on the role, and would do so again at each update")
    still_works(stage, address)

    nothing_differs(
        stage.run(ours("role", "list", "--project", PROJECT, "--stage", "dev", "--live", "--format", "json")).out
    )
    stage.prove("the policy in force is the narrowed one: what is deployed is what the files say")

    rules = open_findings(stage.run(ours("gate", PROJECT, "--format", "json")).out)
    if rules:
        raise NotProven(f"the gate still finds {rules}")
    stage.prove("after: the gate passes (exit 0)")


def _zappa(verb: str) -> Command:
    return Command(Program.ZAPPA, (verb, "dev"))
