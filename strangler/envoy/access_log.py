"""What the gateway writes down of each request: who answered, and why.

On the line: after the answer, one line of JSON on the standard output. Pure functions.
"""

from .answers import PLACE
from .claims import BUCKET_FOR_THE_LOG
from .resources import Resource


def access_log() -> Resource:
    """Return the log, one object a line."""
    fields = {
        "time": "%START_TIME%",
        "request_id": "%REQ(x-request-id)%",
        "method": "%REQ(:method)%",
        "path": "%PATH(NQ)%",
        "status": "%RESPONSE_CODE%",
        "route": "%ROUTE_NAME%",
        "stage": "%METADATA(ROUTE:banyan:stage)%",
        "decision": "%METADATA(ROUTE:banyan:decision)%",
        "reason": "%RESPONSE_CODE_DETAILS%",
        "bucket": f"%FILTER_STATE({BUCKET_FOR_THE_LOG}:PLAIN)%",
        "answered_by": PLACE,
        "cluster": "%UPSTREAM_CLUSTER%",
        "upstream": "%UPSTREAM_HOST%",
        "attempts": "%UPSTREAM_REQUEST_ATTEMPT_COUNT%",
        "flags": "%RESPONSE_FLAGS%",
        "ms": "%DURATION%",
        "ms_received": "%REQUEST_DURATION%",
        "ms_first_byte": "%RESPONSE_DURATION%",
        "bytes": "%BYTES_SENT%",
    }
    return {
        "name": "envoy.access_loggers.stdout",
        "typed_config": {
            "@type": "type.googleapis.com/"
            "envoy.extensions.access_loggers.stream.v3.StdoutAccessLog",
            "log_format": {"json_format": fields},
        },
    }
