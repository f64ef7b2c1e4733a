"""`python -m secrets_cli` is the command `secrets-cli`."""

from secrets_cli.cli.app import main

main()
