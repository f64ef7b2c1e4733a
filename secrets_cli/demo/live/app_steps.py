"""What the app's parts have in common: what it needs, how it is called, and how its calls are recorded."""

from secrets_cli.demo.live.outputs import answered, claims_of_key, recorded_calls
from secrets_cli.demo.live.stage import FUNCTION, KEY, LOGS, PROJECT, ROLE_ARN, Account, Command, Program, Stage


def furnish(account: Account) -> None:
    """The app's table and bucket, a bucket for deployments, and another team's file."""
    account.table("orders-dev")
    for bucket in ("orders-dev-files", "orders-deploys", "payroll"):
        account.bucket(bucket)
    account.store("payroll", "2026/salaries.csv", "another team's file\n")


def grant_key(stage: Stage) -> None:
    """Let the app's role read the secret of before."""
    grant = ("key", "grant-use", KEY, "--reader", ROLE_ARN, "--yes", "--format", "json")
    claims = claims_of_key(stage.run(ours(*grant)).out)
    stage.prove(f"the key's policy names the app's role now, as a reader: {claims} claims proven")


def overreach(stage: Stage, address: str) -> None:
    """Have the app read another team's file, which its role allows."""
    answered(stage.run(call(address, "GET", "/salaries")).out, 200, "another team's file")
    stage.prove("before: the role lets the app read another team's bucket, which it has no use for")


def record(stage: Stage, address: str) -> None:
    """Use the app, and record its calls."""
    use = ("--", "python", f"{PROJECT}/use.py", FUNCTION, address)
    ran = stage.run(ours("usage", "record", "--out", LOGS, "--add-kms", "--format", "json", *use))
    stage.prove(f"the app was used, and {recorded_calls(ran.out, ROLE_ARN)} are written as CloudTrail would log them")


def still_works(stage: Stage, address: str) -> None:
    """Use the app under the narrowed policy, with an order it has not seen; try what it could do before, and never did."""
    answered(stage.run(call(address, "POST", "/orders/7", "a clock")).out, 200)
    stage.prove("after: the app still takes orders (SSM, DynamoDB and S3 answered)")
    answered(stage.run(call(address, "GET", "/orders/7")).out, 200, "a clock")
    stage.prove("after: it still shows them")
    answered(stage.run(call(address, "GET", "/salaries")).out, 403, "AccessDenied")
    stage.prove("after: another team's bucket is closed to it (AccessDenied)")
    answered(stage.run(call(address, "DELETE", "/orders")).out, 403, "AccessDenied")
    stage.prove("after: a call that it never made, to delete its own table, is denied (AccessDenied)")


def call(address: str, method: str, path: str, text: str = "") -> Command:
    """A signed request to the app."""
    words = (f"{PROJECT}/client.py", address, method, path, *((text,) if text else ()))
    return Command(Program.PYTHON, words)


def ours(*words: str, ends: int = 0) -> Command:
    """A command of ours."""
    return Command(Program.OURS, words, ends=ends)
