"""Where snapshots of `role apply` are kept: in a folder of the user's state, or where the user says.

Each is replaced under a temporary name as steps are done, so it is whole at every moment.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from secrets_cli.errors import ConfigurationError, NothingToRead, SecretsCliError

if TYPE_CHECKING:
    from secrets_cli.account.snapshot import Snapshot


def snapshot_folder() -> Path:
    """The folder; it need not be there."""
    from platformdirs import user_state_path

    return user_state_path("secrets-cli") / "role-snapshots"


def new_path(arn: str, when: str) -> Path:
    """Where a snapshot of a principal taken now goes; the folder is made. Raises ConfigurationError."""
    folder = snapshot_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        why = (error.strerror or "unknown error").lower()
        raise ConfigurationError(f"cannot make `{folder}`: {why}", "give `--snapshot FILE`") from None
    stem = f"{_stem(arn)}-{when.replace('-', '').replace(':', '')}"
    names = (f"{stem}.json" if number == 1 else f"{stem}-{number}.json" for number in range(1, 1000))
    return folder / next(name for name in names if not (folder / name).exists())


def snapshot_at(path: Path) -> "Snapshot":
    """The snapshot in a file. Raises as read_text and read_snapshot."""
    from secrets_cli.account.snapshot import read_snapshot
    from secrets_cli.cli.reading import read_text

    return read_snapshot(read_text(path), str(path))


def write_snapshot(path: Path, snapshot: "Snapshot") -> None:
    """Write it, for its owner alone. Raises ConfigurationError."""
    from secrets_cli.account.snapshot import snapshot_text
    from secrets_cli.cli.private_file import write_private
    from secrets_cli.secret_value import SecretValue

    write_private(path, SecretValue(snapshot_text(snapshot)))


def open_snapshot(arn: str) -> "tuple[Path, Snapshot] | None":
    """The newest snapshot of a principal that was begun and neither finished nor taken back; None where there is none."""
    return next(((path, found) for path, found in kept_snapshots(arn) if found.is_open), None)


def last_snapshot(word: str) -> "tuple[Path, Snapshot]":
    """The newest snapshot of a principal, by ARN or by name.

    Raises NothingToRead where there is none, and ConfigurationError where the name is one of several principals.
    """
    found = kept_snapshots(word)
    arns = sorted({snapshot.plan.live.arn for _, snapshot in found})
    if not found:
        raise NothingToRead(
            f"no snapshot of `{word}` is in `{snapshot_folder()}`", "give `--snapshot FILE`, as `role apply` named it"
        )
    if len(arns) > 1:
        raise ConfigurationError(f"there are snapshots of several `{word}`: {', '.join(arns)}", "give the ARN")
    return found[0]


def kept_snapshots(word: str) -> "list[tuple[Path, Snapshot]]":
    """The snapshots of principals of an ARN or name, the newest first. A file that is none is passed over with a warning."""
    from secrets_cli.cli.terminal import warn

    found = []
    for path in snapshot_folder().glob(f"{_stem(word)}-*.json" if word.startswith("arn:") else f"*-{word}-*.json"):
        try:
            snapshot = snapshot_at(path)
        except SecretsCliError as error:
            warn(error.message)
            continue
        if word in (snapshot.plan.live.arn, snapshot.plan.live.name):
            found.append((path, snapshot))
    return sorted(found, key=lambda one: (one[1].taken, one[0].name), reverse=True)


def _stem(arn: str) -> str:
    fields = arn.split(":", 5)
    kind, _, name = fields[5].partition("/")
    return f"{fields[4]}-{kind}-{name.rpartition('/')[2]}"
