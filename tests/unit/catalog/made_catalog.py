"""A small catalog made by hand."""

from secrets_cli.catalog.catalog import Catalog
from secrets_cli.catalog.header import Header, Source
from secrets_cli.catalog.http_route import ApiModel, HttpRoute
from secrets_cli.catalog.service import AccessLevel, Action, ActionResource, ResourceType, Service

HEADER = Header(
    version="2026-01-02",
    sha256="0" * 64,
    sources=(Source("made", "1.0", "2026-01-02", "MIT", "1" * 64),),
    services=3,
    actions=5,
    resource_types=3,
)

OBJECT = "arn:${Partition}:box:::${Box}/${Object}"
POINT = "arn:${Partition}:box:${Region}:${Account}:point/${Point}/object/${Object}"

BOX = Service(
    "box",
    "AWS Box",
    actions=(
        Action("box", "GetObject", AccessLevel.READ, (ActionResource("object", False), ActionResource("point", False))),
        Action("box", "ListBoxes", AccessLevel.LIST),
        Action(
            "box", "PutObject", AccessLevel.WRITE, (ActionResource("object", True),), ("key:Encrypt",), ("box:Size",)
        ),
    ),
    resource_types=(ResourceType("box", "object", (OBJECT,)), ResourceType("box", "point", (POINT,))),
)
KEY = Service(
    "key",
    "AWS Key",
    actions=(Action("key", "Encrypt", AccessLevel.WRITE, (ActionResource("key", True),)),),
    resource_types=(ResourceType("key", "key", ("arn:${Partition}:key:${Region}:${Account}:key/${Id}",)),),
)
BOX_MORE = Service("box-more", "AWS Box More", (Action("box-more", "GetObject", AccessLevel.READ),), ())

ROUTE = HttpRoute(ApiModel.HTTP, "GetApis", "GET", "/v2/apis")


def made_catalog() -> Catalog:
    """Three services; every look-up decides anew."""
    return Catalog.of((BOX, KEY, BOX_MORE), HEADER, (ROUTE,))
