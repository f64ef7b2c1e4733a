"""The one exception tree.

    SecretsCliError
    +-- ConfigurationError    the command line or a setting asks for something that cannot be done
    +-- NothingToRead         a source holds no input of the kind asked for
    +-- MalformedInput        a file or document is not what it should be
    |   +-- TooLarge          ... because it passes a stated limit
    +-- AwsFailure            AWS refused or failed
    |   +-- AccessDenied      ... the caller may not do this
    |   +-- NotThere          ... there is no such parameter, key, role, ...
    |   +-- AlreadyThere      ... there is one already
    |   +-- KeyUnusable       ... the KMS key is missing, disabled, pending deletion or not for this caller
    |   +-- Throttled         ... too many requests, also after all retries
    |   +-- Unreachable       ... no answer came: network, endpoint, time-out
    |   +-- ChangedMeanwhile  ... what is there is not what was read before: somebody else changes it too
    +-- EngineFailure         a cluster or query engine refused or failed
    +-- UnreadableSource      a path cannot be opened (permissions, vanished)

A message is lower-case, without a full stop, and names the input in backticks with its place. The help text apart says
what to do. What exit code an error gives is decided by the command line alone (`secrets_cli.cli.exit_codes`).
"""


class SecretsCliError(Exception):
    """Base of every error the toolkit raises on purpose.

    `message` says what is wrong and where; `help` says what the reader can do about it, or is empty.
    """

    def __init__(self, message: str, help: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.help = help


class ConfigurationError(SecretsCliError):
    """The command line, or a setting, asks for something that cannot be done."""


class NothingToRead(SecretsCliError):
    """A source exists but holds nothing of the kind asked for."""


class MalformedInput(SecretsCliError):
    """A file or document is not what it should be; the message names the place."""


class TooLarge(MalformedInput):
    """A file or document passes a limit that the message states."""


class AwsFailure(SecretsCliError):
    """AWS refused the call or failed.

    `code` is AWS's error code (`ParameterNotFound`), or empty where no answer came.
    """

    def __init__(self, message: str, help: str = "", code: str = "") -> None:
        super().__init__(message, help)
        self.code = code


class AccessDenied(AwsFailure):
    """The caller may not do this; the help names the statement that would allow it."""


class NotThere(AwsFailure):
    """AWS knows nothing of that name."""


class AlreadyThere(AwsFailure):
    """Something of that name is there already."""


class KeyUnusable(AwsFailure):
    """The KMS key does not exist, is disabled or pending deletion, or its policy does not let the caller use it."""


class Throttled(AwsFailure):
    """AWS answered "too many requests" to every retry."""


class Unreachable(AwsFailure):
    """No answer came from the endpoint."""


class ChangedMeanwhile(AwsFailure):
    """What AWS says is not what the steps done so far leave: somebody else changes it too."""


class EngineFailure(SecretsCliError):
    """A cluster, or a query that a service ran for us, failed; the message says what it said."""


class UnreadableSource(SecretsCliError):
    """A path named by the user cannot be opened."""
