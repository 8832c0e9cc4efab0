"""What this service has applied, told to the auditor of the pipe and to nobody else.

Enters: a topic and ranges of keys. Leaves: the JSON that `cdc.contracts.applied` describes.
The gateway has no route to it; it holds ids and versions, no contents.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Protocol, cast

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.module_loading import import_string
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from cdc.contracts.applied import summed
from consumers.runtime.records import Partition
from consumers.runtime.settings import setting

_LARGEST = 2**63 - 1
_LARGEST_SIZE = 100_000


class Unavailable(Exception):
    """The read model cannot tell at the moment."""


class AppliedVersions(Protocol):
    """A read model of one topic's rows as it is at one moment; see ``AUDITED_READ_MODELS``."""

    def offsets(self) -> Mapping[Partition, int]:
        """Give the next offset wanted of each partition."""

    def versions(self, low: int, high: int) -> Iterator[tuple[int, int]]:
        """Give (key, version) of each row held, low ≤ key < high, without holding them all."""


@require_safe
@never_cache
def topics(request: HttpRequest) -> HttpResponse:
    """Tell which topics' rows this service can tell of."""
    return JsonResponse({"topics": sorted(setting("AUDITED_READ_MODELS"))})


@require_safe
@never_cache
def rows(request: HttpRequest, topic: str) -> HttpResponse:
    """Tell sums of all ranges, or the versions in the ranges asked for."""
    paths = setting("AUDITED_READ_MODELS")
    if topic not in paths:
        return _refused(f"{topic} is not applied here", status=404)
    try:
        size = int(request.GET.get("size", "1000"))
        number = int(request.GET["range"]) if "range" in request.GET else None
    except ValueError:
        return _refused("size and range are whole numbers", status=400)
    if not 0 < size <= _LARGEST_SIZE:
        return _refused(f"size is from 1 to {_LARGEST_SIZE}", status=400)
    try:
        factory: Any = import_string(paths[topic])
        model = cast(AppliedVersions, factory())
        starts = {part.number: at for part, at in model.offsets().items() if part.topic == topic}
        told = _summed(model, size) if number is None else _opened(model, size, number)
        return JsonResponse({"offsets": starts, **told})
    except Unavailable as reason:
        return _refused(str(reason), status=503)


def _summed(model: AppliedVersions, size: int) -> dict[str, Any]:
    sums = summed(model.versions(0, _LARGEST), size)
    return {"sums": [(each, *sums[each]) for each in sorted(sums)]}


def _opened(model: AppliedVersions, size: int, number: int) -> dict[str, Any]:
    is_possible = 0 <= number < _LARGEST // size
    pairs = model.versions(number * size, (number + 1) * size) if is_possible else ()
    return {"versions": list(pairs)}


def _refused(reason: str, status: int) -> HttpResponse:
    return HttpResponse(f"{reason}\n", status=status, content_type="text/plain; charset=utf-8")
