"""What somebody sends to break a site: values of fields, names of parameters, whole bodies."""

VALUES = (
    b"\x00",
    b"\xed\xa0\x80",
    b"\xff\xfe",
    b"1" + b"0" * 400,
    b"-1",
    b"1e999",
    b"NaN",
    b"9999-99-99",
    b"' OR 1=1; --",
    b"<script>alert(1)</script>",
    b"\r\nSet-Cookie: a=b",
    b"../../../etc/passwd",
    "\u202e\u2028\U0001f3e0\ufffe".encode(),
    b"{{ 7 }}%(x)s%s",
    b"x" * 100_000,
)
# Names that views may read, beside those that a page's own forms have.
NAMES = ("page", "page_size", "next", "id", "q", "sort", "status", "listing", "p", "o", "e")
# Each with its content type.
BODIES = (
    ("application/json", b"[" * 50_000),
    ("application/json", b'{"a":' + b"1" * 5_000 + b"}"),
    ("application/json", b"\xff\x00"),
    ("application/json", b'"\\ud800"'),
    ("application/json", b'"' + b"x" * 1_000_000 + b'"'),
    ("application/x-www-form-urlencoded; charset=nonsense", b"a=%ff%00&b=\xff"),
    ("application/x-www-form-urlencoded", b"a=" + b"x" * 3_000_000),
    ("application/x-www-form-urlencoded", b"&".join(b"a%d=1" % n for n in range(2_000))),
    ("multipart/form-data", b"no boundary"),
    ("multipart/form-data; boundary=b", b"--b\r\nContent-Disposition: form-data\r\n\r\nx"),
    ("text/\xff; charset=\xff", b"\x00"),
    ("", b"\x00"),
)
