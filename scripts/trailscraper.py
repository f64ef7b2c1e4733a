"""Another tool's policy of the same records: trailscraper (Apache-2.0), run as the command it is."""

import gzip
import json
import subprocess
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from secrets_cli.iam.model import Policy
from secrets_cli.iam.parse import parse_policy
from secrets_cli.usage.sources.content import BadFileError, read_bytes
from secrets_cli.usage.sources.files import log_files
from secrets_cli.usage.sources.shape import raw_records

Raw = Mapping[str, object]


def records_of(logs: str) -> tuple[Raw, ...]:
    """Every record of a log folder, as it stands there; a file that is no log is left out."""
    files, _ = log_files(logs)
    found: list[Raw] = []
    for file in files:
        try:
            raws = raw_records(read_bytes(file.path))
        except BadFileError:
            continue  # a bystander, such as a manifest
        found += [raw for raw in raws if isinstance(raw, dict)]
    return tuple(found)


def trailscraper_policy(command: Path, records: Iterable[Raw]) -> Policy:
    """What `trailscraper select | trailscraper generate` makes of the records, which are laid where it looks for logs.

    Raises subprocess.CalledProcessError where it fails; its last line of `stderr` says why.
    """
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder, "AWSLogs/111122223333/CloudTrail/us-east-1/2026/01/01")
        place.mkdir(parents=True)
        name = place / "111122223333_CloudTrail_us-east-1_20260101T0000Z_aaaaaaaaaaaaaaaa.json.gz"
        name.write_bytes(gzip.compress(json.dumps({"Records": list(records)}).encode()))
        select = [str(command), "select", "--log-dir", folder, "--from", "2000-01-01", "--to", "2100-01-01"]
        selected = subprocess.run(select, capture_output=True, check=True)
        made = subprocess.run([str(command), "generate"], input=selected.stdout, capture_output=True, check=True)
    return parse_policy(made.stdout.decode(), "trailscraper")
