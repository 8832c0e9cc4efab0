"""Freshness of a read model that is a Django model with a version.

    # FRESHNESS_READ_MODEL = "consumers.prices.freshness.versions"
    versions = partial(ModelVersions, Price, "listing")

The version is the aggregate's: a handler sets it from every event of the aggregate
(`context.version`), or from every row. A row that is missing is behind, until the cookie ends; of
one that the writer deleted, its presence is.
"""

from django.db import DatabaseError
from django.db.models import Model


class ModelVersions:
    """The rows of ``model``, one for each ``aggregate``, found by the field ``key``."""

    def __init__(
        self, model: type[Model], aggregate: str, *, key: str = "pk", version: str = "version"
    ) -> None:
        self._rows = model._default_manager.all()
        self._aggregate = aggregate
        self._key = key
        self._version = version

    def is_behind(self, aggregate: str, key: str, version: int | None) -> bool:
        """Tell whether ``version`` is still missing; a database that is away is behind."""
        if aggregate != self._aggregate:
            return False
        rows = self._rows.filter(**{self._key: key})
        try:
            if version is None:
                return rows.exists()
            return not rows.filter(**{f"{self._version}__gte": version}).exists()
        except DatabaseError:
            return True
