"""The requests that exist according to the catalog, as the containment decision asks (`iam.contain.KnownRequests`)."""

from collections.abc import Sequence

from secrets_cli.catalog.catalog import Catalog

WITHOUT_RESOURCE = "*"
"""The resource of a request that names none."""


class KnownToCatalog:
    """The requests of the catalog's actions.

    Errs to too many: an action none of whose resource types is required may also be asked without a resource, although
    AWS marks the types of an action that takes one of several (`s3:GetObject`) in the same way.
    """

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    def matching(self, pattern: str) -> Sequence[str]:
        """The known actions that an action pattern matches, in the catalog's spelling, sorted."""
        return self._catalog.expand(pattern)

    def resource_patterns(self, action: str) -> tuple[str, ...] | None:
        """The resources that a request of the action can carry, as ARN patterns; `*`, which comes last, is the request
        without a resource. None: the catalog does not know the action."""
        known = self._catalog.action(action)
        patterns = self._catalog.resource_patterns(action)
        if known is None or patterns is None:
            return None
        if any(resource.required for resource in known.resources):
            return patterns
        return (*patterns, WITHOUT_RESOURCE)
