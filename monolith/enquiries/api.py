"""Enquiries for programs: anybody sends one, as on the site; each account reads its own."""

from django.db.models import QuerySet
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.generics import ListCreateAPIView
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from monolith.enquiries.models import Enquiry
from monolith.enquiries.serializers import EnquirySerializer


class MayOnlySend(BasePermission):
    """Strangers send; whoever reads is signed in."""

    def has_permission(self, request: Request, view: object) -> bool:
        return request.method == "POST" or bool(request.user.is_authenticated)


@extend_schema_view(
    get=extend_schema(summary="List your enquiries", description="The newest first."),
    post=extend_schema(
        summary="Ask an agent about a home",
        description="Strangers give a name and an e-mail address; an account's own are used.",
    ),
)
@method_decorator(never_cache, name="dispatch")
class Enquiries(ListCreateAPIView[Enquiry]):
    permission_classes = (MayOnlySend,)
    throttle_scope = "own"
    serializer_class = EnquirySerializer

    def get_queryset(self) -> QuerySet[Enquiry]:
        sent = Enquiry.objects.filter(account_id=self.request.user.pk).order_by("-id")
        told = sent.select_related("listing", "account").defer(
            "listing__description", "listing__search_vector"
        )
        return told.prefetch_related("replies")
