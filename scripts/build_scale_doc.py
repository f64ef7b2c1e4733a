"""The measured parts of docs/speed.md and docs/scale.md, out of what was measured last.

    make bench-usage SAVE=docs/speed.json
    make engine-digests LOGS=folder SAVE=docs/engines.json
    make bench-s3 SAVE=docs/s3.json
    python -m scripts.build_scale_doc

What stands between `<!-- made: NAME -->` and `<!-- end -->` is written anew; no figure there is typed by hand.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

DOCS = Path(__file__).parent.parent / "docs"
SIZES = {"1 GB": 10**9, "100 GB": 10**11, "10 TB": 10**13, "1 PB": 10**15}
"""Of compressed log."""
CORE_HOUR = 0.0816 / 2
"""USD: half an m7g.large (2 vCPU), Linux, on demand, us-east-1, June 2026; the source is named in docs/scale.md."""
ATHENA_PER_TB = 5.0
"""USD for 10^12 bytes scanned, as `secrets_cli.usage.engines.athena.PRICE_PER_TB`."""
GET_PER_1000, LIST_PER_1000 = 0.0004, 0.005
"""USD, S3 Standard."""
_KEYS_A_LIST = 1000
_EVENTS = 2_000_000
"""What the aims are for."""


@dataclass(frozen=True, slots=True)
class Rate:
    """How fast an engine reads, in compressed bytes a second, and on how many cores."""

    name: str
    seconds: float
    stored: int
    cores: int

    @property
    def bytes_a_second(self) -> float:
        """Compressed bytes a second, of all its cores together."""
        return self.stored / self.seconds


def rates(speed: Mapping[str, Any], engines: Mapping[str, Any]) -> Iterator[Rate]:
    """The engines whose rate was measured; the start of the command is taken off, as it does not grow with the logs."""
    start, stored = speed["runs"]["start of the command"]["seconds"], speed["corpus"]["stored"]
    for asked in ("two roles, own coverage", "two roles", "everybody"):
        for cores, words in ((1, "one core"), (speed["cores"], "all cores")):
            seconds = speed["runs"][f"{asked}, {words}"]["seconds"] - start
            yield Rate(f"local, {asked}, {cores} core{'s' if cores > 1 else ''}", seconds, stored, cores)
    for answer in engines["answers"]:
        if answer["name"].startswith("spark local"):
            yield Rate("Spark, everybody, 2 cores", answer["seconds"], engines["stored"], 2)


def scale_lines(speed: Mapping[str, Any], engines: Mapping[str, Any], s3: Mapping[str, Any]) -> Iterator[str]:
    """Rates, and time and money at each size."""
    corpus = speed["corpus"]
    found = list(rates(speed, engines))
    yield "| engine | measured: bytes of gzip / seconds | MB a second | for each core |"
    yield "|---|---|---|---|"
    for one in found:
        rate = one.bytes_a_second / 1e6
        yield f"| {one.name} | {one.stored:,} / {one.seconds:.2f} | {rate:.2f} | {rate / one.cores:.2f} |"
    yield ""
    yield "Time = size / rate; money = time x cores x the price of a core-hour, beside what S3 asks for (below):"
    yield ""
    yield f"| engine | {' | '.join(SIZES)} |"
    yield f"|---|{'---|' * len(SIZES)}"
    for one in found:
        cells = [_cell(size / one.bytes_a_second, one.cores) for size in SIZES.values()]
        yield f"| {one.name} | {' | '.join(cells)} |"
    if seconds := speed["store"].get("warm, 1 % new files"):
        cells = [_cell(size / corpus["stored"] * seconds, speed["cores"]) for size in SIZES.values()]
        yield f"| local with a warm store, 1 % new ({corpus['stored']:,} / {seconds:.2f}) | {' | '.join(cells)} |"
    scanned = [f"not known; ${size / 10**12 * ATHENA_PER_TB:,.2f}" for size in SIZES.values()]
    yield f"| Athena, whole table scanned | {' | '.join(scanned)} |"
    yield ""
    mean = corpus["stored"] / corpus["files"]
    yield f"A file of the measured logs has {mean:,.0f} bytes on average. S3 is asked once for each, and lists 1,000 at a time:"
    yield ""
    yield f"| | {' | '.join(SIZES)} |"
    yield f"|---|{'---|' * len(SIZES)}"
    files = [size / mean for size in SIZES.values()]
    yield f"| files = size / {mean:,.0f} | {' | '.join(f'{count:,.0f}' for count in files)} |"
    gets = " | ".join(f"${count / 1000 * GET_PER_1000:,.2f}" for count in files)
    yield f"| GETs: files / 1,000 x ${GET_PER_1000} | {gets} |"
    lists = " | ".join(f"${count / _KEYS_A_LIST / 1000 * LIST_PER_1000:,.2f}" for count in files)
    yield f"| LISTs: files / 1,000 / 1,000 x ${LIST_PER_1000} | {lists} |"
    reads = s3["objects"] / s3["seconds"]["ours"]
    times = " | ".join(_time(count / reads) for count in files)
    yield f"| least time for objects: files / {reads:,.0f} a second | {times} |"
    yield ""
    yield "| engine | most memory of all its processes |"
    yield "|---|---|"
    for asked in ("two roles, own coverage", "two roles", "everybody"):
        yield f"| local, {asked}, {speed['cores']} processes | {speed['runs'][f'memory, {asked}']['memory'] / 1e6:.0f} MB |"
    yield ""
    yield from example(found[0])


def example(rate: Rate) -> Iterator[str]:
    """One cell of the table, step by step."""
    seconds = SIZES["100 GB"] / rate.bytes_a_second
    yield f"One cell step by step, {rate.name}, 100 GB:"
    yield ""
    yield f"- rate: {rate.stored:,} bytes / {rate.seconds:.2f} s = {rate.bytes_a_second:,.0f} bytes a second"
    yield f"- time: 100,000,000,000 / {rate.bytes_a_second:,.0f} = {seconds:,.0f} s = {_time(seconds)}"
    hours = seconds / 3600
    yield f"- money: {hours:,.2f} hours x {rate.cores} x ${CORE_HOUR:.4f} = ${hours * rate.cores * CORE_HOUR:,.2f}"


def _cell(seconds: float, cores: int) -> str:
    return f"{_time(seconds)}; ${seconds / 3600 * cores * CORE_HOUR:,.2f}"


def _time(seconds: float) -> str:
    for unit, length in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= 2 * length:
            return f"{seconds / length:,.0f} {unit}"
    return f"{seconds:.0f} s"


def profile_text(name: str, text: str) -> str:
    """A profile's first lines."""
    rows = [line.rstrip() for line in text.splitlines() if line.strip()][:20]
    return "\n".join((f"`--profile {name}`, of the part that the other tools read:", "", "```", *rows, "```"))


def digest_lines(engines: Mapping[str, Any]) -> Iterator[str]:
    """What the engines said of one corpus."""
    yield "| asked for | engine | seconds | records | digest without files and bytes | digest |"
    yield "|---|---|---|---|---|---|"
    for one in engines["answers"]:
        digests = f"`{one['evidence'][:16]}` | `{one['whole'][:16]}`"
        yield f"| {one['question']} | {one['name']} | {one['seconds']:.1f} | {one['records']:,} | {digests} |"


def _first_look(speed: Mapping[str, Any]) -> Iterator[str]:
    """What to say of figures that are not the final ones."""
    if speed["rounds"] < 3 or speed["corpus"]["events"] < _EVENTS:
        yield "**A first look**, on a machine that did other things at the same time: the aims are for 2,000,000 events,"
        yield "and medians of three. Read the ratios of processor time."
        yield ""


def with_made(text: str, made: Mapping[str, str]) -> str:
    """The page with its made parts written anew. Raises KeyError for a part that nobody makes."""
    return re.sub(
        r"(<!-- made: (\w+) -->\n).*?(<!-- end -->)",
        lambda found: f"{found[1]}{made[found[2]]}\n{found[3]}",
        text,
        flags=re.DOTALL,
    )


def made_parts(docs: Path = DOCS) -> dict[str, str]:
    """The parts by name."""
    speed = json.loads((docs / "speed.json").read_text())
    engines = json.loads((docs / "engines.json").read_text())
    s3 = json.loads((docs / "s3.json").read_text())
    return {
        "speed": "\n".join((*_first_look(speed), *speed["table"])),
        "profiles": "\n\n".join(profile_text(name, text) for name, text in speed["profiles"].items()),
        "scale": "\n".join((*_first_look(speed), *scale_lines(speed, engines, s3))),
        "digests": "\n".join(digest_lines(engines)),
    }


def main() -> None:
    """Write both pages anew."""
    made = made_parts()
    for name in ("speed.md", "scale.md"):
        page = DOCS / name
        page.write_text(with_made(page.read_text(), made))


if __name__ == "__main__":
    main()
