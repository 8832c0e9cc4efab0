"""The words in which the cookie's filter tells the table who asks.

On the line: a good cookie or token becomes these headers -> the canary's entries go by them ->
they are taken away again. A client's own were taken away before.
"""

BUCKET, GROUPS, STAFF, USER = (f"x-banyan-{name}" for name in ("bucket", "groups", "staff", "user"))
TESTER = "x-banyan-tester"
CLAIMS = (BUCKET, GROUPS, STAFF, USER, TESTER)

# The filter that verifies, and what an entry may ask of it; each header more costs 1 us.
VERIFICATION = "envoy.filters.http.jwt_authn"
BUCKET_ONLY, PERSON, PERSON_OR_TESTER = "bucket-only", "person", "person-or-tester"
# The filter that keeps the bucket for the access log, and what it is kept as.
BUCKET_FOR_THE_LOG = "banyan.bucket"
