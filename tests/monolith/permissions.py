"""The table of who may open and who may post to each address of the monolith.

A verdict for each role, in their order: `in` is let in, whatever the answer says of what was
sent; `login` is sent to log in, or told by the API to bring a token; the numbers are refusals.
"""

from tests.monolith.addresses import Address
from tests.monolith.world import World

# In the order of the roles: stranger, user, other, owner, rival, chief, rival chief, staff.
ALL = "in in in in in in in in"
MEMBERS = "login in in in in in in in"
AGENTS = "login 403 403 in in in in 403"
CHIEFS = "login 403 403 403 403 in in 403"
HOMES_AGENTS = "login 403 403 in 404 in 404 403"
OWN = "login in 404 404 404 404 404 404"
EVERY_SIDE = "login in 404 in 404 in 404 in"
SELLER = "login 403 404 in 404 in 404 403"
# A token of their own lets consumers in, and no account.
CONSUMERS = "login login login login login login login login"
NOBODY = "405 405 405 405 405 405 405 405"
NOBODY_IN = "login 405 405 405 405 405 405 405"
NOWHERE = "404 404 404 404 404 404 404 404"
# To be read by all.
READ = (ALL, NOBODY)

ROWS: dict[str, tuple[str, str]] = {
    "/healthz": READ,
    "/internal/person-keys/<slug:person>": (CONSUMERS, NOBODY),
    "/internal/alerts/handback": (NOBODY, CONSUMERS),
    "/internal/alerts/wishes": (NOBODY, CONSUMERS),
    "account:profile": (MEMBERS, MEMBERS),
    "account:email": (MEMBERS, MEMBERS),
    "account:password": (MEMBERS, MEMBERS),
    "account:export": (MEMBERS, NOBODY),
    "account:delete": (MEMBERS, MEMBERS),
    "accounts:login": (ALL, ALL),
    "accounts:logout": (NOBODY, ALL),
    "accounts:register": (ALL, ALL),
    "accounts:confirm": (ALL, ALL),
    "accounts:change_email": (ALL, ALL),
    "accounts:mail_sent": READ,
    "accounts:password_reset": (ALL, ALL),
    "accounts:password_reset_confirm": (ALL, ALL),
    "api:token": (NOBODY, ALL),
    "api:revoke": (NOBODY_IN, MEMBERS),
    "api:schema": READ,
    "api:docs": READ,
    "alerts:notifications": (MEMBERS, MEMBERS),
    "alerts:unsubscribe": (ALL, ALL),
    "alerts:service_page": (ALL, ALL),
    "alerts:service_hours": (ALL, ALL),
    "alerts:service_unsubscribe": (ALL, ALL),
    "alerts:service_reports": (ALL, ALL),
    "enquiries:enquire": (ALL, ALL),
    "enquiries:own": (MEMBERS, NOBODY),
    "enquiries:inbox": (AGENTS, NOBODY),
    "enquiries:enquiry": (HOMES_AGENTS, HOMES_AGENTS),
    "enquiries:mark_answered": (NOBODY, HOMES_AGENTS),
    "enquiries:mail_again": (NOBODY, HOMES_AGENTS),
    "enquiries:api": (MEMBERS, ALL),
    "interests:favourites": (MEMBERS, NOBODY),
    "interests:add": (NOBODY, MEMBERS),
    "interests:remove": (NOBODY, MEMBERS),
    "interests:searches": (MEMBERS, NOBODY),
    "interests:new_search": (MEMBERS, MEMBERS),
    "interests:change_search": (OWN, OWN),
    "interests:delete_search": (NOBODY, OWN),
    "interests:api_favourites": (MEMBERS, MEMBERS),
    "interests:api_favourite": (NOBODY_IN, NOBODY_IN),
    "interests:api_searches": (MEMBERS, MEMBERS),
    "interests:api_search": (OWN, NOBODY_IN),
    "photos:of": (HOMES_AGENTS, HOMES_AGENTS),
    "photos:change": (NOBODY, HOMES_AGENTS),
    "purchases:make": (MEMBERS, MEMBERS),
    "purchases:own": (MEMBERS, NOBODY),
    "purchases:agent": (AGENTS, NOBODY),
    "purchases:of_home": (HOMES_AGENTS, NOBODY),
    "purchases:offer": (EVERY_SIDE, NOBODY),
    "purchases:deposit": (NOBODY, EVERY_SIDE),
    "purchases:document": (EVERY_SIDE, EVERY_SIDE),
    "purchases:cancel": (EVERY_SIDE, EVERY_SIDE),
    "purchases:withdraw": (NOBODY, "login in 404 403 404 403 404 403"),
    "purchases:accept": (NOBODY, SELLER),
    "purchases:decline": (NOBODY, "login 403 404 in 404 in 404 in"),
    "purchases:escrow": (NOBODY, SELLER),
    "purchases:complete": (NOBODY, "login 403 404 in 404 in 404 in"),
    "viewings:book": (MEMBERS, MEMBERS),
    "viewings:own": (MEMBERS, NOBODY),
    "viewings:cancel": (NOBODY, OWN),
    "viewings:calendar": ("login in 404 in 404 in 404 404", NOBODY),
    "viewings:viewings": (AGENTS, NOBODY),
    "viewings:decide": (NOBODY, HOMES_AGENTS),
    "search:page": READ,
    "search:api": READ,
    "listings:home": READ,
    "listings:number": READ,
    "listings:page": READ,
    "listings:prices": READ,
    "listings:feed": (ALL, ALL),
    "/robots.txt": READ,
    "/sitemap.xml": (ALL, ALL),
    "listings:sitemap": (ALL, ALL),
    "/listings/<int:listing_id>/": READ,
    "/listing.php": (NOWHERE, NOBODY),
    "listings:own": (AGENTS, NOBODY),
    "listings:hand_over": (CHIEFS, CHIEFS),
    "listings:price_list": (AGENTS, AGENTS),
    "listings:confirm_prices": (NOBODY, AGENTS),
    "listings:price_template": (AGENTS, NOBODY),
    "listings:new": (AGENTS, AGENTS),
    "listings:edit": (HOMES_AGENTS, HOMES_AGENTS),
    "listings:place": (HOMES_AGENTS, HOMES_AGENTS),
    "listings:facts": (HOMES_AGENTS, HOMES_AGENTS),
    "listings:words": (HOMES_AGENTS, HOMES_AGENTS),
    "listings:price": (HOMES_AGENTS, HOMES_AGENTS),
    "listings:review": (HOMES_AGENTS, HOMES_AGENTS),
    "listings:withdraw": (HOMES_AGENTS, HOMES_AGENTS),
    "listings:relist": (HOMES_AGENTS, HOMES_AGENTS),
    "listings:pending": (NOBODY, HOMES_AGENTS),
    "listings:sold": (NOBODY, HOMES_AGENTS),
    "listings:api": READ,
    "listings:api_list": READ,
}

# What stands in an address where its number's name does not tell.
_NUMBERS = {
    "listings:api": "listing_id",
    "interests:api_search": "search_id",
    "purchases:cancel": "bought_id",
    "purchases:complete": "bought_id",
    "purchases:document": "bought_id",
    "purchases:escrow": "bought_id",
}
_WORDS = {"decision": "confirm", "kind": "agreement", "section": "homes"}


def path_of(address: Address, world: World) -> str:
    """Return the path to what the world has, so that a 404 is a refusal."""

    def fill(kind: str, name: str) -> str:
        if kind != "int":
            return _WORDS.get(name, "x")
        number = _NUMBERS.get(address.name, name)
        assert number in world.numbers, f"Say in world.py which number <int:{name}> stands for."
        return str(world.numbers[number])

    return address.path(fill)
