"""A trail's event selectors: which events it logs.

Read from the JSON of `aws cloudtrail get-event-selectors` (or `get-event-data-store`), classic and advanced. An event is
logged where at least one selector takes it. What a selector asks of a field that is not judged here (the session's origin,
the endpoint) is kept in `beyond`: such a selector logs something, but nothing for certain.

Sources: https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_EventSelector.html,
https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_DataResource.html,
https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AdvancedFieldSelector.html and, on how conditions of one
field combine, https://docs.aws.amazon.com/awscloudtrail/latest/userguide/filtering-data-events.html, read 2026-11.
"""

import enum
from collections.abc import Iterator
from dataclasses import dataclass

from secrets_cli.iam.pattern_relation import covers, overlaps
from secrets_cli.usage.json_place import JsonPlace, read_document

_EXPECTED = "give the output of `aws cloudtrail get-event-selectors --trail-name NAME`"


class Category(enum.Enum):
    """The events that say what a principal did. The other categories (Insights, network activity) repeat them."""

    MANAGEMENT = "Management"
    DATA = "Data"


@dataclass(frozen=True, slots=True)
class Texts:
    """What a field of an event must be: one of the first three kinds where any is given, and none of the last three."""

    equals: tuple[str, ...] = ()
    starts_with: tuple[str, ...] = ()
    ends_with: tuple[str, ...] = ()
    not_equals: tuple[str, ...] = ()
    not_starts_with: tuple[str, ...] = ()
    not_ends_with: tuple[str, ...] = ()

    @property
    def selecting(self) -> tuple[str, ...]:
        """The texts that select, as patterns; empty: every text is selected."""
        return (*self.equals, *(f"{text}*" for text in self.starts_with), *(f"*{text}" for text in self.ends_with))

    @property
    def leaving_out(self) -> tuple[str, ...]:
        """The texts that are left out, as patterns."""
        return (
            *self.not_equals,
            *(f"{text}*" for text in self.not_starts_with),
            *(f"*{text}" for text in self.not_ends_with),
        )

    def hold_for_all(self, pattern: str) -> bool:
        """Whether every text that matches the pattern (`*`, `?`) certainly passes. A wildcard of a selector is plain text,
        so one that has any selects nothing for certain."""
        selecting = [wide for wide in self.selecting if _wildcards(wide) <= 1]
        return (not self.selecting or any(covers(wide, pattern) for wide in selecting)) and not any(
            overlaps(left_out, pattern) for left_out in self.leaving_out
        )

    def hold_for_some(self, pattern: str) -> bool:
        """Whether some text that matches the pattern may pass."""
        return (not self.selecting or any(overlaps(wide, pattern) for wide in self.selecting)) and not any(
            _wildcards(left_out) <= 1 and covers(left_out, pattern) for left_out in self.leaving_out
        )


ANY = Texts()


@dataclass(frozen=True, slots=True)
class Selection:
    """The events that one selector takes, of one category and, for data events, of one type."""

    category: Category
    type: str = ""
    """Data-event type such as `AWS::S3::Object`; empty for management events."""
    reads: bool = True
    """Whether events with `readOnly` true are taken."""
    writes: bool = True
    names: Texts = ANY
    """`eventName`."""
    arns: Texts = ANY
    """`resources.ARN`."""
    sources: Texts = ANY
    """`eventSource`."""
    callers: Texts = ANY
    """`userIdentity.arn`."""
    beyond: tuple[str, ...] = ()
    """Fields with conditions that are not judged here."""


@dataclass(frozen=True, slots=True)
class Selectors:
    """The selectors of one trail."""

    name: str
    """What the reader knows them by: the file, or the trail."""
    selections: tuple[Selection, ...]
    trail: str = ""
    """ARN of the trail; empty where the document does not say."""
    others: tuple[str, ...] = ()
    """Categories that are logged too and say nothing about use."""


def parse_selectors(text: str, name: str) -> Selectors:
    """The selectors in a document. Raises MalformedInput where it is none, with the place of what is wrong."""
    root = read_document(text, name, _EXPECTED)
    if root.at("EventSelectors").value is None and root.at("AdvancedEventSelectors").value is None:
        raise root.error("has neither `EventSelectors` nor `AdvancedEventSelectors`")
    classic = [found for item in root.items("EventSelectors") for found in _classic(item)]
    advanced = [_Advanced(item) for item in root.items("AdvancedEventSelectors")]
    return Selectors(
        name,
        (*classic, *(found for selector in advanced for found in selector.selections())),
        root.text("TrailARN") or root.text("EventDataStoreArn"),
        tuple(dict.fromkeys(other for selector in advanced for other in selector.other_categories())),
    )


_READ_WRITE = {"": (True, True), "All": (True, True), "ReadOnly": (True, False), "WriteOnly": (False, True)}


def _classic(selector: JsonPlace) -> Iterator[Selection]:
    kind = selector.text("ReadWriteType")
    if kind not in _READ_WRITE:
        raise selector.at("ReadWriteType").error("is none of All, ReadOnly, WriteOnly")
    reads, writes = _READ_WRITE[kind]
    if selector.flag("IncludeManagementEvents", otherwise=True):
        excluded = Texts(not_equals=selector.texts("ExcludeManagementEventSources"))
        yield Selection(Category.MANAGEMENT, "", reads, writes, sources=excluded)
    for resource in selector.items("DataResources"):
        type_ = resource.text("Type")
        for value in resource.texts("Values"):
            yield Selection(Category.DATA, type_, reads, writes, arns=_classic_arn(type_, value))


def _classic_arn(type_: str, value: str) -> Texts:
    """`arn:aws:lambda` is all functions and `arn:aws:s3:::bucket/a` all objects under it; a function's or table's whole
    ARN is that one alone."""
    if value.count(":") < 5:
        return Texts(starts_with=(value,))
    if type_ != "AWS::S3::Object":
        return Texts(equals=(value,))
    bucket_and_key = value.split(":", 5)[5]
    return Texts(starts_with=(value if "/" in bucket_and_key or not bucket_and_key else f"{value}/",))


_JUDGED = {"eventName": "names", "resources.ARN": "arns", "eventSource": "sources", "userIdentity.arn": "callers"}


class _Advanced:
    """One advanced selector: all of its field selectors must hold."""

    def __init__(self, place: JsonPlace) -> None:
        self.place = place
        self.fields: dict[str, Texts] = {}
        self.repeated: list[str] = []
        for item in place.items("FieldSelectors"):
            field = item.text("Field")
            if not field:
                raise item.error("has no `Field`")
            if field in self.fields:
                self.repeated.append(field)
            self.fields[field] = _texts(item)
        if not self.fields.get("eventCategory", ANY).equals:
            raise place.error("does not say which `eventCategory` it takes")

    def selections(self) -> Iterator[Selection]:
        read_only = self.fields.get("readOnly", ANY)
        judged = {name: self.fields[field] for field, name in _JUDGED.items() if field in self.fields}
        beyond = tuple(sorted({*(self.fields.keys() - _JUDGED.keys() - _ALWAYS), *self.repeated}))
        for category in Category:
            if category.value not in self.fields["eventCategory"].equals:
                continue
            for type_ in self._types(category):
                yield Selection(
                    category,
                    type_,
                    read_only.hold_for_all("true"),
                    read_only.hold_for_all("false"),
                    beyond=beyond,
                    **judged,
                )

    def other_categories(self) -> tuple[str, ...]:
        known = {category.value for category in Category}
        return tuple(name for name in self.fields["eventCategory"].equals if name not in known)

    def _types(self, category: Category) -> tuple[str, ...]:
        if category is Category.MANAGEMENT:
            return ("",)
        types = self.fields.get("resources.type", ANY).equals
        if not types:
            raise self.place.error("takes data events without a `resources.type`")
        return types


_ALWAYS = {"eventCategory", "readOnly", "resources.type"}


def _texts(field: JsonPlace) -> Texts:
    return Texts(
        field.texts("Equals"),
        field.texts("StartsWith"),
        field.texts("EndsWith"),
        field.texts("NotEquals"),
        field.texts("NotStartsWith"),
        field.texts("NotEndsWith"),
    )


def _wildcards(pattern: str) -> int:
    """One is ours, of a beginning or an end; a selector has none of its own."""
    return pattern.count("*") + 2 * pattern.count("?")
