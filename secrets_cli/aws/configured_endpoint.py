"""Which endpoint the AWS configuration names for all services, if any.

https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
"""

import os
import re

from secrets_cli.aws.failures import translated

_OF_A_SERVICE = re.compile(r"AWS_ENDPOINT_URL_[A-Z0-9_]+")


def configured_endpoint(profile: str | None) -> str:
    """AWS_ENDPOINT_URL, else `endpoint_url` of the profile; empty where neither is set, or the configuration is to be ignored."""
    if is_ignored():
        return ""
    own = os.environ.get("AWS_ENDPOINT_URL", "")
    if own:
        return own
    import botocore.session

    with translated("reading the AWS configuration"):
        return str(botocore.session.Session(profile=profile).get_scoped_config().get("endpoint_url", ""))


def is_ignored() -> bool:
    """Whether SDKs are told to ignore endpoints that are configured."""
    return os.environ.get("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "").lower() == "true"


def services_set_apart() -> tuple[str, ...]:
    """Variables that send one service elsewhere than AWS_ENDPOINT_URL says, by name."""
    return tuple(sorted(name for name in os.environ if _OF_A_SERVICE.fullmatch(name) and os.environ[name]))


def ignore_from_now_on() -> None:
    """Make the SDK in this process call AWS's own endpoints, whatever is configured."""
    os.environ["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"] = "true"
