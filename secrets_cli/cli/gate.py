"""`secrets-cli gate`: over-broad policies, wherever they are written."""

import enum
from pathlib import Path
from typing import Annotated

import typer

from secrets_cli.cli.exit_codes import ExitCode
from secrets_cli.cli.gate_fix import FixMode
from secrets_cli.cli.gate_group import PathsOrVerb
from secrets_cli.cli.gate_options import ConfigOption, NoConfigOption, NoSuppressionsOption
from secrets_cli.cli.options import DebugOption, NoColorOption, QuietOption, YesOption
from secrets_cli.gate.persona import Persona

gate_app = typer.Typer(
    cls=PathsOrVerb,
    invoke_without_command=True,
    rich_markup_mode=None,
    subcommand_metavar="",
)


class GateFormat(enum.Enum):
    """How the judgement is written to stdout."""

    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"
    GITHUB = "github"
    MARKDOWN = "markdown"


class FailOn(enum.Enum):
    """From which severity on an open finding fails the run."""

    INFO = "info"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    NEVER = "never"


class GivenKind(enum.Enum):
    """What a file is said to be: kinds of policies, then kinds of files."""

    IDENTITY = "identity"
    TRUST = "trust"
    RESOURCE = "resource"
    BOUNDARY = "boundary"
    SCP = "scp"
    RCP = "rcp"
    SESSION = "session"
    POLICY = "policy"
    CLOUDFORMATION = "cloudformation"
    SERVERLESS = "serverless"
    ZAPPA = "zappa"
    TERRAFORM = "terraform"
    TERRAFORM_PLAN = "terraform-plan"
    ACCOUNT_DETAILS = "account-details"


@gate_app.callback()
def gate_command(
    context: typer.Context,
    paths: Annotated[
        list[str] | None,
        typer.Argument(metavar="PATH", show_default=False, help="Files and folders; `-` reads standard input."),
    ] = None,
    format_: Annotated[
        GateFormat, typer.Option("--format", help="How to write the result to stdout.")
    ] = GateFormat.TEXT,
    kind: Annotated[
        GivenKind | None,
        typer.Option(
            "--kind",
            help="What standard input and the files named are; a kind of policy holds for policies in folders too.",
        ),
    ] = None,
    var: Annotated[
        list[str] | None,
        typer.Option("--var", metavar="NAME=VALUE", help="A variable of Terraform or of a service file. Repeatable."),
    ] = None,
    param: Annotated[
        list[str] | None,
        typer.Option(
            "--param", metavar="NAME=VALUE", help="A parameter of a template or of a service (`stage`). Repeatable."
        ),
    ] = None,
    tfvars: Annotated[
        list[Path] | None,
        typer.Option("--tfvars", metavar="FILE", help="Variables of Terraform, the last file first. Repeatable."),
    ] = None,
    persona: Annotated[
        Persona | None,
        typer.Option("--persona", help="Who reads: a more demanding reader is shown more doubtful findings."),
    ] = None,
    fail_on: Annotated[
        FailOn | None,
        typer.Option("--fail-on", help="The severity from which open findings fail; `never`: neither do unknowns."),
    ] = None,
    allow_empty: Annotated[
        bool, typer.Option("--allow-empty", help="Exit 0 where no file is of a kind that holds policies.")
    ] = False,
    diff: Annotated[
        str | None,
        typer.Option(
            "--diff", metavar="REF", help="Tell only what is new since the present commit and this one parted (git)."
        ),
    ] = None,
    baseline: Annotated[
        Path | None,
        typer.Option("--baseline", metavar="FILE", help="Findings that were there before: `gate baseline write`."),
    ] = None,
    config: ConfigOption = None,
    no_config: NoConfigOption = False,
    no_suppressions: NoSuppressionsOption = False,
    usage: Annotated[
        list[Path] | None,
        typer.Option("--usage", metavar="FILE", help="JSON of `usage scan` or `role narrow`. Repeatable."),
    ] = None,
    usage_principal: Annotated[
        list[str] | None,
        typer.Option(
            "--usage-principal",
            metavar="[NAME=]ARN",
            help="Which principal of the logs one of the files is: its name or its file. Repeatable.",
        ),
    ] = None,
    unused_days: Annotated[
        int | None,
        typer.Option("--unused-days", min=1, help="For how long what is unused was not used.  [default: 90]"),
    ] = None,
    fix: Annotated[
        bool, typer.Option("--fix", help="Write the fixes that are proven to take nothing away that is of use.")
    ] = False,
    fix_unsafe: Annotated[
        bool,
        typer.Option("--fix-unsafe", help="Show also those that may take away what is used; `--yes` writes them."),
    ] = False,
    yes: YesOption = False,
    second_opinion: Annotated[
        bool,
        typer.Option("--second-opinion", help="Ask parliament as well, and show what no rule here says; 30 s at most."),
    ] = False,
    quiet: QuietOption = False,
    no_color: NoColorOption = False,
    debug: DebugOption = False,
) -> None:
    """Fail on over-broad policies, wherever they are written; no credentials, no network.

    Folders are walked, .gitignore is respected, the kind of each file is told by its content. The first word may be a verb
    (below): write `./rules` for such a path. Exit 4: a file cannot be read. Exit 14 to 11: open findings, the highest
    high, medium, low, info. Exit 21: nothing open, but something unresolved. Every file is judged each time.
    """
    if context.invoked_subcommand is not None:
        return
    if not paths:
        typer.echo(context.get_help(), err=True)
        raise typer.Exit(ExitCode.USAGE)
    _collect_rarely()
    from secrets_cli.cli.gate_run import GateAsk, run_gate

    ask = GateAsk(
        paths=tuple(paths),
        format=format_,
        kind=kind,
        values=(*(var or ()), *(param or ())),
        tfvars=tuple(tfvars or ()),
        persona=persona,
        fail_on=fail_on,
        allow_empty=allow_empty,
        config=config,
        no_config=no_config,
        no_suppressions=no_suppressions,
        baseline=baseline,
        diff=diff,
        usage=tuple(usage or ()),
        usage_principals=tuple(usage_principal or ()),
        unused_days=unused_days,
        fix=FixMode.UNSAFE if fix_unsafe else FixMode.SAFE if fix else None,
        yes=yes,
        second_opinion=second_opinion,
        quiet=quiet,
        no_color=no_color,
    )
    raise typer.Exit(run_gate(ask))


def _collect_rarely() -> None:
    """Look for garbage in circles seldom: rules, files and findings are made and kept, and looking costs a tenth of a run."""
    import gc

    gc.set_threshold(100_000, 20, 100)
