"""The options of `role narrow` that speak of a project."""

from typing import Annotated

import typer

ProjectOption = Annotated[
    str | None,
    typer.Option(
        "--project",
        metavar="DIR",
        help="A Zappa, Serverless, SAM or Terraform project: its role, policies and configuration are found there.",
    ),
]
LiveOption = Annotated[
    bool, typer.Option("--live", help="Ask AWS for the project's deployed roles, their policies and functions.")
]
WriteOption = Annotated[
    bool, typer.Option("--write", help="Write the narrowed policy into the project, after showing the change.")
]
LeaveRoleOption = Annotated[
    bool,
    typer.Option(
        "--leave-role",
        help="With --write, of Zappa: have it leave the role alone (`manage_roles`), and write no policy.",
    ),
]
OtherStagesOption = Annotated[
    bool,
    typer.Option("--other-stages", help="With --write: also where other stages of the file get the same policy."),
]
