"""What both sides sign: a purchase's facts enter, texts leave.

The texts tell of the home and the money, and of nobody by name: the signatures name the people,
and can be blanked when one of them leaves the site.
"""

from django.template.loader import render_to_string

from monolith.purchases.models import Document, DocumentKind, Purchase


def draw_up(purchase: Purchase) -> None:
    """Write every document as of now; later changes of the listing do not touch them."""
    Document.objects.bulk_create(drawn_up(purchase))


def drawn_up(purchase: Purchase) -> list[Document]:
    return [
        Document(purchase=purchase, kind=kind, body=_body(kind, purchase)) for kind in DocumentKind
    ]


def _body(kind: DocumentKind, purchase: Purchase) -> str:
    words = {"purchase": purchase, "offer": purchase.offer, "home": purchase.listing}
    return render_to_string(f"purchases/documents/{kind}.txt", words).strip()
