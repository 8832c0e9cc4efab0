"""Who can answer: asked again and again, and seen from what they answered.

On the line: beside the requests, for each place. Leaves: parts of a cluster as plain data.
"""

from .resources import Resource

READY_PATH = "/readyz"


def watched() -> Resource:
    """Ask a service whether it is ready, and believe a row of failures sooner.

    A dead service then costs no connect per request, and one that hangs no patience.
    """
    check = {
        "timeout": "0.5s",
        "interval": "1s",
        "no_traffic_interval": "1s",
        "unhealthy_threshold": 2,
        "healthy_threshold": 1,
        "http_health_check": {"path": READY_PATH, "host": "localhost"},
    }
    # The only instance must be ejectable: the monolith stands behind it.
    return {"health_checks": [check], "outlier_detection": _outliers(percent=100)}


def taking_turns() -> Resource:
    """Let those of a site's instances rest that fail, until they can be connected to again.

    No request is made of a site that was not told of any; connecting is enough to notice that
    one is back, before the next is restarted. Half of them are always asked.
    """
    check = {
        "timeout": "0.5s",
        "interval": "0.5s",
        "no_traffic_interval": "0.5s",
        "unhealthy_threshold": 1,
        "healthy_threshold": 1,
        "tcp_health_check": {},
    }
    return {"health_checks": [check], "outlier_detection": _outliers(percent=50)}


def _outliers(*, percent: int) -> Resource:
    """Let rest whoever failed in a row, but never more than so many of a place's instances."""
    return {
        "consecutive_5xx": 5,
        "consecutive_gateway_failure": 3,
        "split_external_local_origin_errors": True,
        "consecutive_local_origin_failure": 2,
        "interval": "1s",
        "base_ejection_time": "5s",
        "max_ejection_time": "30s",
        "max_ejection_percent": percent,
        "enforcing_success_rate": 0,
        "enforcing_local_origin_success_rate": 0,
    }
