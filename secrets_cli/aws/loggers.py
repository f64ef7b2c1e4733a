"""The SDK's loggers, kept from saying what was sent and received.

At DEBUG botocore logs request parameters and response bodies, hence values and session tokens (measured; boto/botocore#1211
is open since 2017); at INFO it logs none of it. So the loggers are pinned to INFO, whatever the root logger says.
"""

import logging

_SDK = ("botocore", "boto3", "urllib3", "s3transfer")


def pin_loggers() -> None:
    """Pin every logger of the SDK, also those below that were set to another level by somebody else."""
    for name in (*_SDK, *_set_elsewhere()):
        logging.getLogger(name).setLevel(logging.INFO)


def _set_elsewhere() -> list[str]:
    return [
        name
        for name, logger in list(logging.Logger.manager.loggerDict.items())
        if name.partition(".")[0] in _SDK
        and isinstance(logger, logging.Logger)
        and logger.level not in (0, logging.INFO)
    ]
