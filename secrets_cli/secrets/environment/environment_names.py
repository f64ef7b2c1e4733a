"""From a parameter's name to the name of an environment variable, and which of those names a parameter may not set.

The path asked for is taken off, what no shell takes in a name becomes `_`, and letters become upper-case unless that is
turned off, as chamber does it. Who may write a parameter under the path chooses such a name: so names that make programs
run or load something of the value's choosing are refused, unless allowed one by one. No list of them is ever complete;
declaring the names wanted (`secrets_cli.secrets.environment.strict`) is the closed way.
"""

import re
from dataclasses import dataclass
from typing import Final

from secrets_cli.errors import ConfigurationError

_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_NOT_IN_A_NAME: Final = re.compile(r"[^A-Za-z0-9_]")


@dataclass(frozen=True, slots=True)
class Naming:
    """How variables are named."""

    upper: bool = True
    """Letters of the parameter's name become upper-case."""
    prefix: str = ""
    """Put in front as it is; empty or the beginning of a variable's name."""
    any_character: bool = False
    """Characters that no shell takes in a name stay, as JSON and YAML hold them."""


def checked_naming(upper: bool, prefix: str, *, any_character: bool = False) -> Naming:
    """The naming asked for. Raises ConfigurationError where the prefix cannot begin a variable's name."""
    if prefix and not is_variable_name(prefix):
        raise ConfigurationError(
            "`--prefix` cannot begin the name of a variable", "give letters, digits and `_`, no digit first"
        )
    return Naming(upper, prefix, any_character)


def is_variable_name(name: str) -> bool:
    """Whether every shell takes it: letters, digits and `_`, no digit first."""
    return _NAME.fullmatch(name) is not None


def relative_name(parameter: str, path: str) -> str:
    """The parameter's name below the path (`db/url` for `/app/db/url` under `/app`); its last part for the path `""`."""
    if not path:
        return parameter.rpartition("/")[2]
    return parameter.removeprefix("/" if path == "/" else f"{path}/")


def variable_name(relative: str, naming: Naming) -> str:
    """The variable for a name below the path: `db/main-url` becomes `DB_MAIN_URL`; `_` goes before a leading digit."""
    plain = relative if naming.any_character else _NOT_IN_A_NAME.sub("_", relative)
    name = naming.prefix + (plain.upper() if naming.upper else plain)
    return f"_{name}" if name[:1].isdigit() and not naming.any_character else name


def is_dangerous(name: str) -> bool:
    """Whether a variable of this name makes common programs run or load what its value says; case does not matter."""
    upper = name.upper()
    return upper in _DANGEROUS or upper.startswith(_DANGEROUS_BEGINNINGS)


_DANGEROUS_BEGINNINGS: Final = (
    "LD_",  # the dynamic linker of ELF systems: ld.so(8)
    "DYLD_",  # that of macOS
    "BASH_FUNC_",
    "GIT_CONFIG",  # core.sshCommand, core.pager and others are commands: git-config(1)
    "NPM_CONFIG_",  # script-shell, node-options
    "CORECLR_",
    "COR_",
    "DOTNET_STARTUP",
)

_SHELLS: Final = (
    "PATH SHELL HOME IFS ENV BASH_ENV BASHOPTS SHELLOPTS PS1 PS2 PS4 PROMPT_COMMAND CDPATH FPATH ZDOTDIR INPUTRC "
    "EDITOR VISUAL PAGER MANPAGER BROWSER LESSOPEN LESSCLOSE LESSEDIT TERMINFO TERMCAP XDG_CONFIG_HOME XDG_DATA_DIRS"
)
_SYSTEM: Final = (
    "GCONV_PATH LOCPATH NLSPATH GETCONF_DIR RESOLV_HOST_CONF HOSTALIASES MALLOC_CONF OPENSSL_CONF OPENSSL_MODULES "
    "OPENSSL_ENGINES SSLKEYLOGFILE TMPDIR"
)
_LANGUAGES: Final = (
    "PYTHONPATH PYTHONHOME PYTHONSTARTUP PYTHONUSERBASE PYTHONEXECUTABLE PYTHONINSPECT PYTHONWARNINGS PYTHONBREAKPOINT "
    "PYTHONPLATLIBDIR PYTHONPYCACHEPREFIX PIP_CONFIG_FILE "
    "NODE_OPTIONS NODE_PATH NODE_REPL_EXTERNAL_MODULE ELECTRON_RUN_AS_NODE NODE_EXTRA_CA_CERTS "
    "PERL5LIB PERLLIB PERL5OPT PERL5DB RUBYOPT RUBYLIB GEM_PATH GEM_HOME BUNDLE_GEMFILE BUNDLE_PATH "
    "JAVA_TOOL_OPTIONS _JAVA_OPTIONS JDK_JAVA_OPTIONS JAVA_OPTS JAVA_HOME CLASSPATH MAVEN_OPTS GRADLE_OPTS "
    "PHPRC PHP_INI_SCAN_DIR LUA_PATH LUA_CPATH LUA_INIT R_PROFILE R_PROFILE_USER R_ENVIRON R_ENVIRON_USER R_LIBS "
    "DOTNET_ADDITIONAL_DEPS DOTNET_SHARED_STORE GOFLAGS RUSTC_WRAPPER RUSTFLAGS MAKEFLAGS MAKEFILES ERL_FLAGS ERL_AFLAGS"
)
_TOOLS: Final = (
    "GIT_SSH GIT_SSH_COMMAND GIT_EXEC_PATH GIT_EXTERNAL_DIFF GIT_PAGER GIT_EDITOR GIT_SEQUENCE_EDITOR GIT_PROXY_COMMAND "
    "GIT_TEMPLATE_DIR GIT_ASKPASS GIT_DIR SSH_ASKPASS SUDO_ASKPASS SUDO_EDITOR RSYNC_RSH CVS_RSH KUBECONFIG DOCKER_CONFIG "
    "AWS_CONFIG_FILE AWS_SHARED_CREDENTIALS_FILE AWS_CA_BUNDLE AWS_ENDPOINT_URL AWS_PROFILE"
)
_DANGEROUS: Final = frozenset(" ".join((_SHELLS, _SYSTEM, _LANGUAGES, _TOOLS)).split())
"""Sources: ld.so(8), bash(1), git(1), python(1), node(1), perlrun(1), ruby(1), the JDK's java(1), the AWS CLI's
configuration variables (a configuration file can name a `credential_process`, which is run)."""
