"""`python -m secrets_cli` is the command `secrets-cli`."""

from secrets_cli.cli.start import main

main()
