"""How what begins at a place is written in its file, white space aside."""

from collections.abc import Callable, Mapping

from secrets_cli.iam.location import Location
from secrets_cli.inputs.comment import Extents
from secrets_cli.inputs.extents import extents_of


def written_in(texts: Mapping[str, str]) -> Callable[[Location], str]:
    """A function from a place to the text of what begins on its line, to its last line. `texts` are the files by name; of a
    place in another file it is the place."""
    lines: dict[str, tuple[list[str], Extents]] = {}

    def written(place: Location) -> str:
        text = texts.get(place.file)
        if text is None:
            return str(place)
        if place.file not in lines:
            lines[place.file] = (text.split("\n"), extents_of(text, place.file))
        known, extents = lines[place.file]
        thing = extents.of(place.line, beside=True)
        return " ".join(" ".join(known[thing.first - 1 : thing.last]).split())

    return written
