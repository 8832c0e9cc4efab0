"""Questions that mean harm: endless, deep, broken, absurd; at every address that takes one."""

from urllib.parse import quote

WORDS = {
    "many terms": "porch " * 10_000,
    "as many as pass": "a b c d e f g h " * 12,
    "as many that are left out": "-a1 " * 50,
    "deep": "(" * 100 + "porch" + ")" * 100,
    "minus upon minus": "-" * 199 + "x",
    "quotes": '"' * 200,
    "an open phrase": '"' + "porch " * 33,
    "alternatives": "or " * 66,
    "alternatives of words": "x or y " * 28,
    "operators": "&|!():*<->\\" * 18,
    "compounds": "a-b-" * 50,
    "paths": "/a/b" * 50,
    "parents": "../" * 66,
    "dots": "a." * 100,
    "ats": "a@" * 100,
    "tags": "<" * 200,
    "an open tag": "<a " + 'b="' * 65,
    "entities": "&#" * 100,
    "digits": "1." * 100,
    "an exponent": "1e" + "9" * 198,
    "a bomb for patterns": "(a+)+$" * 33,
    "one long word": "x" * 200,
    "combining signs": "e" + "\u0301" * 199,
    "other planes": "\U0001f3e0" * 200,
    "right to left": "\u202e" * 100 + "\u0627" * 100,
    "nothing": "\0",
    "controls": "".join(map(chr, range(1, 32))) * 6,
    "the engines' own words": 'words:* OR _exists_:id AND {"match_all":{}} /.*/ [* TO *] ~9 ^9',
}
NUMBERS = (
    "1e999",
    "9" * 1000,
    "-1",
    "NaN",
    "inf",
    "٣",
    "0x10",
    "1_000",
    "2147483648",
    " 1 ",
    "1\0",
)
PLACES = (
    *("90,180", "-90,-180", "0,0", "91,0", "1e9,0", "nan,nan", "inf,0", ",", "1," * 500),
    *("0.0000000000000001,0", "41.65,-83.54\0", "４１,0"),
)
BOXES = (
    "-90,-180,90,180",
    "1,2,1,2",
    "2,2,1,1",
    "nan,nan,nan,nan",
    "0,0,1e308,1",
    "1,2,3",
    "," * 99,
)


def questions() -> list[str]:
    words = [f"q={quote(text)}" for text in WORDS.values()]
    numbers = [
        f"{name}={quote(number)}"
        for number in NUMBERS
        for name in ("price_min", "price_max", "year_max", "page")
    ]
    places = [f"near={quote(place)}&within=50&sort=distance" for place in PLACES]
    boxes = [f"box={quote(box)}&view=map" for box in BOXES]
    return [
        *words,
        *numbers,
        *places,
        *boxes,
        *("q=%ff%fe%00", "q=%ed%a0%80", "q=%c0%af", "neighbourhood=%ff", "%ff=%ff", "q=a&q=b&q=c"),
        *("page=2147483647", "page=2147483647&sort=price_asc", "&" * 500, "a=b&" * 500),
    ]


def wider_questions() -> list[str]:
    """Give what else may be asked where every feature is on."""
    corners = ";".join(f"{41 + number / 1000},-83" for number in range(200))
    areas = (
        *("41,-83;42,-83;42,-84", "0,0;0,0;0,0", "nan,nan;1,1;2,2", ";" * 999, corners),
        *("90,180;-90,-180;90,-180", "41,-83;42,-84;41,-84;42,-83", "1e308,0;0,1e308;1,1", "x"),
    )
    cursors = ("x", ":" * 99, "newest:behind:0", "\0", "9" * 300, "newest:behind:-1:x")
    words = [f"q={quote(text)}&explain=1&view=map" for text in WORDS.values()]
    return [
        *words,
        *(f"area={quote(area)}&view=map" for area in areas),
        *(f"cursor={quote(cursor)}" for cursor in cursors),
        *("as_typed=x&q=porhc", "explain=%ff", "q=porhc+decc+fenec+gardne", "size=999", "size=-1"),
    ]


def addresses() -> list[str]:
    """Give every question at every address that takes one."""
    asked = [*questions(), *wider_questions()]
    others = ("/search/suggestions", "/search/clusters", "/search/similar/1")
    return [
        *(f"{path}?{question}" for path in ("/search", "/api/v1/search") for question in asked),
        *(f"/api/v1{path}?{question}" for path in others for question in asked[::3]),
        *(f"/api/v1/search/similar/{number}" for number in ("0", "9" * 15, "9" * 30)),
        f"/_projection/listing/{'9' * 30}",
    ]
