"""What is said about a home: facts and a place enter, a title and a description leave.

Plain ASCII English, never the price (it changes, the text stays), and the same words for the
same home each time.
"""

from random import Random

from monolith.listings.stock.facts import Facts
from monolith.listings.stock.places import Place

NUMBERS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")

MOODS = (
    *("Bright", "Well-kept", "Sunny", "Charming", "Spacious", "Quiet", "Cozy", "Updated"),
    *("Inviting", "Solid", "Handsome", "Move-in-ready", "Lovingly restored", "Roomy"),
)

OPENINGS = (
    "Welcome to this {mood} {style} in {place}.",
    "Set on a tree-lined street in {place}, this {mood} {style} is ready for its next owner.",
    "Here is a {mood} {style} that has been cared for by the same family for years.",
    "A {mood} {style} close to schools, shops and the bus line in {place}.",
    "Come and see what a {mood} {style} in {place} can be.",
)
ROOMS = (
    "Inside are {rooms} rooms on {area} square feet: {beds}, {baths} and space to live.",
    "The {area} square feet hold {rooms} rooms in all, with {beds} and {baths}.",
    "You will find {beds} and {baths} in a practical {rooms}-room plan of {area} square feet.",
)
INSIDE = (
    "The eat-in kitchen opens to a sunny breakfast nook.",
    "Original hardwood floors run through the living and dining rooms.",
    "A wood-burning fireplace warms the family room.",
    "The kitchen has newer cabinets, counters and stainless appliances.",
    "A finished basement gives space for a workshop, a play room or a home office.",
    "Built-in bookcases and a wide front window frame the living room.",
    "The first-floor laundry and walk-in closets make daily life easy.",
    "New windows, a newer furnace and central air keep bills low.",
    "Fresh paint and new carpet were finished this spring.",
    "The main bath was redone with a soaking tub and ceramic tile.",
)
OUTSIDE = (
    "The {wall} exterior needs little care, and the {lot} square foot lot is fenced at the back.",
    "Outside, a deck looks over a {lot} square foot lot with mature maples.",
    "A covered porch and {wall} walls greet you from the street.",
    "Perennial beds, a patio and a storage shed share the {lot} square foot lot.",
    "The {wall} walls were cleaned and sealed, and the roof is six years old.",
)
GARAGES = {
    "Attached": "An attached {cars}-car garage keeps the snow off.",
    "Detached": "The detached {cars}-car garage has room for tools and bicycles.",
    "Basement": "The garage is tucked under the house, dry and secure.",
    "Carport": "A carport shelters the car, with extra parking on the drive.",
    "No garage": "There is off-street parking for 2 cars.",
}
CLOSINGS = (
    "Walk to the park, the library and the farmers' market.",
    "Highway access is 5 minutes away, downtown Toledo 15.",
    "Built in {year}, it has passed its inspection without a remark.",
    "Call today for a private showing.",
    "One-year home warranty included.",
    "Ask about the garden tools that stay with the home.",
    "Dating from {year}, it keeps the character of its time.",
)


def write(home: Facts, place: Place, random: Random) -> tuple[str, str]:
    """Return the title and the description."""
    mood, style = random.choice(MOODS), _style(home)
    words = {
        "mood": mood.lower(),
        "style": style,
        "place": place.neighbourhood,
        "rooms": home.rooms or "several",
        "area": home.living_area,
        "beds": _count(home.beds, "bedroom") or "open sleeping space",
        "baths": _baths(home),
        "wall": home.wall.lower(),
        "lot": home.lot_size,
        "cars": max(1, round(home.garage_area / 240)),
        "year": home.year_built,
    }
    sentences = (
        random.choice(OPENINGS),
        random.choice(ROOMS),
        random.choice(INSIDE),
        random.choice(OUTSIDE),
        GARAGES[home.garage],
        random.choice(CLOSINGS),
    )
    return _title(home, place, mood, style), " ".join(sentences).format(**words)


def _title(home: Facts, place: Place, mood: str, style: str) -> str:
    beds = f"{_word(home.beds)}-bedroom " if home.beds else ""
    wall = "brick " if home.wall == "Brick" else "stone " if home.wall == "Stone" else ""
    return f"{mood} {beds}{wall}{style} in {place.neighbourhood}"


def _style(home: Facts) -> str:
    if home.stories == "Bi-level":
        return "bi-level home"
    if home.stories == "Multi-level":
        return "split-level home"
    if home.year_built < 1905:
        return "Victorian"
    if home.stories == "One":
        return "bungalow" if home.year_built < 1945 else "ranch"
    if home.stories == "One and a half":
        return "cottage" if home.year_built < 1935 else "Cape Cod"
    return "colonial" if home.year_built < 1975 else "two-story home"


def _count(number: int, thing: str) -> str:
    return f"{_word(number)} {thing}{'' if number == 1 else 's'}" if number else ""


def _word(number: int) -> str:
    return NUMBERS[number] if number < len(NUMBERS) else str(number)


def _baths(home: Facts) -> str:
    parts = (_count(home.baths, "full bath"), _count(home.half_baths, "half-bath"))
    return " and ".join(part for part in parts if part) or "plumbing for a bath"
