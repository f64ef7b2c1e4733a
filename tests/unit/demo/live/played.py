"""A stage without processes: commands are noted, and answered as the real ones answer."""

import json
from dataclasses import dataclass, field
from pathlib import Path

from secrets_cli.demo.live.stage import ROLE, ROLE_ARN, Command, Program, Ran
from secrets_cli.secret_value import SecretValue

READER = "arn:aws:iam::000000000000:role/get-secret-reader-x"
ADDRESS = "https://2a6d6c33.execute-api.us-east-1.amazonaws.com/dev"
VALUE = SecretValue("canary-of-the-demo")

KEY = {"proof": {"holds": True, "claims": [{"claim": "a", "holds": True}, {"claim": "b", "holds": True}]}}
DEPLOYED = {
    "url": "https://x.lambda-url.us-east-1.on.aws/",
    "proof": {"holds": True, "checks": [{"claim": "a", "holds": True}]},
}
RECORDED = {
    "records": 3,
    "unknown_keys": [],
    "calls": [
        {"event_source": "s3.amazonaws.com", "principal": ROLE_ARN, "count": 2},
        {"event_source": "ssm.amazonaws.com", "principal": ROLE_ARN, "count": 1},
        {"event_source": "lambda.amazonaws.com", "principal": "arn:aws:iam::000000000000:root", "count": 9},
    ],
}
NARROWED = {
    "proof": {"contained": {"verdict": "contained"}, "replay": {"requests": 3, "allowed": 3}},
    "summary": {"actions_before": 500, "actions_after": 4},
}
BROAD = {"findings": [{"rule": "zappa-default-policy", "severity": "high", "state": "open"}], "unresolved": []}
CLEAN: dict[str, list[object]] = {"findings": [], "unresolved": []}
LISTED: dict[str, list[dict[str, list[object]]]] = {"stages": [{"differences": []}]}


@dataclass(slots=True)
class PlayedAccount:
    """Notes what is made."""

    made: list[str] = field(default_factory=list)

    def user(self, name: str, policy: str = "") -> tuple[str, SecretValue]:
        self.made.append(f"user {name}")
        return f"AKIA{name}", SecretValue(f"secret of {name}")

    def bucket(self, name: str) -> None:
        self.made.append(f"bucket {name}")

    def store(self, bucket: str, key: str, text: str) -> None:
        self.made.append(f"object {bucket}/{key}")

    def table(self, name: str) -> None:
        self.made.append(f"table {name}")

    def role(self, name: str, policy: str) -> str:
        self.made.append(f"role {name}")
        return ROLE_ARN

    def function(self, name: str, role: str, code: bytes) -> str:
        self.made.append(f"function {name}")
        return "https://x.lambda-url.us-east-1.on.aws/"


@dataclass(slots=True)
class PlayedStage:
    """Answers each command as `answers` says, by the first words that fit, and else as the real one would."""

    folder: Path
    account: PlayedAccount = field(default_factory=PlayedAccount)
    answers: dict[str, Ran] = field(default_factory=dict)
    parts: list[str] = field(default_factory=list)
    commands: list[Command] = field(default_factory=list)
    claims: list[str] = field(default_factory=list)

    def part(self, title: str) -> None:
        self.parts.append(title)

    def prove(self, claim: str) -> None:
        self.claims.append(claim)

    def run(self, command: Command) -> Ran:
        self.commands.append(command)
        line = str(command)
        for words, answer in (self.answers | _AS_IT_SHOULD).items():
            if words in line:
                return self.answers.get(words, answer)
        if "gate " in line:
            return _said(BROAD if command.ends == 14 else CLEAN)
        if "GET /salaries" in line:
            is_first = sum("/salaries" in str(one) for one in self.commands) == 1
            return Ran("200 another team's file" if is_first else "403 AccessDenied", "")
        if "DELETE /orders" in line:
            return Ran("403 AccessDeniedException", "")
        return Ran("200 a clock" if command.program is Program.PYTHON else "", "")


def _said(document: object, err: str = "") -> Ran:
    return Ran(json.dumps(document), err)


_AS_IT_SHOULD = {
    "key create": _said(KEY),
    "key grant-use": _said(KEY),
    "lambda deploy": _said(DEPLOYED, f"  secrets-cli key grant-use KEY --reader {READER}\n"),
    "--as-profile checkout": Ran(VALUE.reveal(), ""),
    "--as-profile stranger": Ran("", "error: IAM refused the call before it came to the function"),
    "zappa deploy": Ran(f"Deployment complete!: {ADDRESS}\n", f"INFO:Creating {ROLE} IAM Role..\n"),
    "usage record": _said(RECORDED),
    "role narrow": _said(NARROWED, "ok  read again, the files grant exactly what is written (proven)"),
    "role list": _said(LISTED),
}
