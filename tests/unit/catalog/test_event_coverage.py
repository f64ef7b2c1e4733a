"""The coverage figures are those of the table, the catalog and the botocore that are installed, and reach their aims."""

import gzip
import io
import json
import zipfile
from pathlib import Path

import pytest

from scripts.event_coverage import (
    DATA,
    KINDS,
    LAMBDA_SERVICES,
    Coverage,
    Older,
    ServiceCoverage,
    measured,
    older_botocore,
    read,
    written,
)
from secrets_cli.catalog.load import load_catalog


@pytest.fixture(scope="module")
def kept() -> Coverage:
    return read(DATA.read_text(encoding="utf-8"))


def test_the_figures_are_up_to_date(kept: Coverage) -> None:
    assert DATA.read_text(encoding="utf-8") == written(measured(load_catalog(), kept.older)), (
        "run `make event-coverage`"
    )


def percent(share: str) -> float:
    return float(share.removesuffix(" %"))


def test_the_aims(kept: Coverage) -> None:
    assert len(LAMBDA_SERVICES) == len(set(LAMBDA_SERVICES)) == 40
    assert {service.name for service in kept.services} >= set(LAMBDA_SERVICES)
    assert percent(kept.total.share) >= 97
    assert percent(kept.of(LAMBDA_SERVICES).share_of_old) >= 99


def test_a_share_is_rounded_down() -> None:
    counts = dict.fromkeys(KINDS, 0) | {"identity": 1998, "unknown": 2}
    assert ServiceCoverage("x", counts, ("A", "B"), ()).share == "99.9 %"
    assert ServiceCoverage("x", counts, ("A", "B"), ("A", "B", "C")).share_of_old == "100.0 %"
    assert ServiceCoverage("x", dict.fromkeys(KINDS, 0), (), ()).share == "-"


def test_the_data_file_is_read_as_it_was_written() -> None:
    counts = dict.fromkeys(KINDS, 1)
    older = Older("1.0", "2026-01-02", {"x": ("B",)})
    coverage = Coverage("1.1", "2026-02-03", "2026-02-01", older, (ServiceCoverage("x", counts, ("A",), ("B",)),))
    assert read(written(coverage)) == coverage


def test_what_an_older_botocore_lacks_is_newer(tmp_path: Path) -> None:
    model = gzip.compress(json.dumps({"operations": {"GetCallerIdentity": {}}}).encode())
    wheel = tmp_path / "botocore-1.0.0-py3-none-any.whl"
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(
            zipfile.ZipInfo("botocore/data/sts/2011-06-15/service-2.json.gz", (2026, 1, 2, 0, 0, 0)), model
        )
    wheel.write_bytes(buffer.getvalue())
    older = older_botocore(wheel)
    assert (older.botocore, older.date) == ("1.0.0", "2026-01-02")
    assert "GetCallerIdentity" not in older.newer["sts"]
    assert "AssumeRole" in older.newer["sts"]
