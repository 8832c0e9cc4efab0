"""The word that all of Envoy's configuration is written in: plain data, ready for JSON."""

from typing import Any

Resource = dict[str, Any]

# Names are written as they came. Envoy would write them small, which no rule forbids and
# some client will not expect.
AS_WRITTEN: Resource = {
    "stateful_formatter": {
        "name": "envoy.http.stateful_header_formatters.preserve_case",
        "typed_config": {
            "@type": "type.googleapis.com/envoy.extensions.http.header_formatters"
            ".preserve_case.v3.PreserveCaseFormatterConfig",
            "forward_reason_phrase": True,
        },
    }
}
