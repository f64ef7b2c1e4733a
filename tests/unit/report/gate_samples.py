"""Judgements to report on: an ordinary one with one of everything, and one in which every word is hostile."""

from dataclasses import replace

from secrets_cli.gate.finding import Finding, State
from secrets_cli.gate.fix import Fix, RemoveStatement, ReplaceValues, SetVersion
from secrets_cli.gate.judgement import Judgement, Scanned, Unreadable
from secrets_cli.gate.persona import Persona
from secrets_cli.gate.rule import ByEngine, Rule
from secrets_cli.iam.location import Location
from secrets_cli.inputs.found import UNKNOWN, Unresolved
from secrets_cli.severity import Confidence, Severity

SERVERLESS = """\
service: app
provider:
  name: aws
  iam:
    role:
      statements:
        - Effect: Allow
          Action: "ssm:Get*"
          Resource: "*"
  environment:
    DB_PASSWORD: canary-hunter2
    TABLE: orders
functions:
  api:
    handler: app.handler
"""


def rule(id: str, *, severity: Severity = Severity.HIGH, masks_line: bool = False) -> Rule:
    """A rule with all its words."""
    return Rule(
        id=id,
        title="grants too much",
        severity=severity,
        confidence=Confidence.HIGH,
        persona=Persona.DEFAULT,
        why="Whoever holds it can read every parameter.",
        how_to_fix="Name the parameters.",
        references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html",),
        mapping=("CKV_AWS_111",),
        check=ByEngine(),
        masks_line=masks_line,
    )


RULES = (
    rule("ssm-get-wildcard"),
    rule("secret-in-environment", masks_line=True),
    rule("deprecated-version", severity=Severity.LOW),
)
BY_ID = {one.id: one for one in RULES}


_ACTION = Location("serverless.yml", 8, 19)


def finding(
    rule: str = "ssm-get-wildcard",
    severity: Severity = Severity.HIGH,
    at: Location = _ACTION,
    number: int = 0,
) -> Finding:
    """A finding of one rule; `number` tells fingerprints apart."""
    return Finding(
        rule=rule,
        severity=severity,
        confidence=Confidence.HIGH,
        location=at,
        principal="provider",
        message="statement 1 grants reading of every parameter",
        evidence=("12 actions: `ssm:GetParameter`, `ssm:GetParameters` and 10 more",),
        fix=None,
        fingerprint=f"{number:064x}",
    )


_STATEMENT = Location("serverless.yml", 7, 11)
ORDINARY = Judgement(
    findings=(
        replace(
            finding(),
            fix=Fix(
                "replace `ssm:Get*` by `ssm:GetParameter`",
                safe=True,
                changes=(
                    ReplaceValues(_STATEMENT, "Action", ("ssm:Get*",), ("ssm:GetParameter",)),
                    RemoveStatement(_STATEMENT),
                    SetVersion(Location("serverless.yml", 1, 1), "2012-10-17"),
                ),
            ),
        ),
        replace(
            finding("secret-in-environment", Severity.MEDIUM, Location("serverless.yml", 11, 18), 1),
            principal="function api",
            message="`DB_PASSWORD` of function `api` looks like a password",
            evidence=(),
        ),
        replace(
            finding("deprecated-version", Severity.LOW, Location("zappa/policy.json", 2, 3), 2),
            state=State.SUPPRESSED,
            note="generated, until 2027-01-31",
        ),
        replace(finding("deprecated-version", Severity.LOW, Location("old.json", 2, 3), 3), state=State.BASELINED),
    ),
    unresolved=(
        Unresolved(Location("serverless.yml", 12, 12), "`${ssm:/app/table}` is known at deployment only"),
        Unresolved(Location("template.yaml", 3, 5), "parameter `Bucket` has no default", "`--param Bucket=...`"),
    ),
    unreadable=(Unreadable("broken.json", "`broken.json:3:1` is not JSON: a value is missing", "write a value"),),
    scanned=Scanned(4, 5, 9, 1, 3, {"binary": 1, "ignored by git": 2}, {"policy": 2, "serverless": 1, "sam": 1}),
    fixed=("f" * 64,),
    texts={"serverless.yml": SERVERLESS},
)

HOSTILE_WORDS = (
    "\x1b[2J\x1b]0;owned\x07",
    "::error::injected",
    "a\n::set-output name=x::y",
    "a\r::add-mask::x",
    "##[set-env name=PATH]x",
    "%0A::warning::x",
    "|x|y",
    "`@everyone`",
    "``` @team `` x",
    "<img src=x onerror=alert(1)>",
    "<!-- -->-->",
    "[click](https://evil.example)",
    "https://evil.example www.evil.example",
    "#1 owner/repo#2 GH-3",
    "</details></table>",
    "\u202eevil\u2066",
    "x,line=1::y",
    "a:b,c",
    f"arn:{UNKNOWN}",
    "caf\u00e9 \u4e2d\u6587 \U0001f600",
    "\\`",
    "x\u2028y\x85z",
)


def hostile(word: str) -> Judgement:
    """A judgement in which each word from a file is `word`."""
    one = replace(
        finding(at=Location(word, 1, 1)),
        principal=word,
        message=f"`{word}` grants {word}",
        evidence=(word, f"`{word}`"),
    )
    return Judgement(
        findings=(
            one,
            replace(one, fix=Fix(word, safe=False, changes=()), fingerprint="1" * 64),
            replace(one, state=State.SUPPRESSED, note=word, fingerprint="2" * 64),
        ),
        unresolved=(Unresolved(Location(word, 1, 1), word, word),),
        unreadable=(Unreadable(word, word, word),),
        scanned=Scanned(skipped={word: 1}),
        texts={word: f"{word}\n{word}: {word}\n"},
    )
