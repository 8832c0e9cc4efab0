"""When a request may be asked again, and of whom; pure data.

On the line: between the gateway's first try and an answer. No method is asked twice
unless nothing of it can have arrived, or a second time changes nothing.
"""

from typing import Any

# The service says "not me": behind (425) or not ready (503).
HANDED_BACK = [425, 503]

_QUICK = {"retry_back_off": {"base_interval": "0.001s", "max_interval": "0.001s"}}

# A safe request may be asked again whatever happened to it.
SAFE_RETRY: dict[str, Any] = {
    "retry_on": "connect-failure,refused-stream,reset,retriable-status-codes",
    "retriable_status_codes": HANDED_BACK,
    "num_retries": 1,
    **_QUICK,
}
# An unsafe one only when it is certain that nothing of it arrived.
CAREFUL_RETRY: dict[str, Any] = {
    "retry_on": "connect-failure,refused-stream,reset-before-request",
    "num_retries": 1,
    **_QUICK,
}
# Of several instances another one is asked, if there is one that can be.
ELSEWHERE: dict[str, Any] = {
    "retry_host_predicate": [
        {
            "name": "envoy.retry_host_predicates.previous_hosts",
            "typed_config": {
                "@type": "type.googleapis.com/"
                "envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate"
            },
        }
    ],
    # One that was killed is the least busy of all, and would be chosen again and again.
    "host_selection_retry_max_attempts": 30,
}
# An origin may close an idle connection just as we use it.
STALE_CONNECTION: dict[str, Any] = {
    "retry_on": "connect-failure,refused-stream,reset",
    "num_retries": 1,
    **_QUICK,
}
NEXT_PRIORITY: dict[str, Any] = {
    "retry_priority": {
        "name": "envoy.retry_priorities.previous_priorities",
        "typed_config": {
            "@type": "type.googleapis.com/"
            "envoy.extensions.retry.priority.previous_priorities.v3.PreviousPrioritiesConfig",
            "update_frequency": 1,
        },
    }
}
