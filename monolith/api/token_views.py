"""A program's key: name and password enter, a token leaves; or a token enters and ends.

The same lockout guards this as the log-in page, and every failure has the same answer.
"""

from typing import cast

from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework.authtoken.models import Token
from rest_framework.authtoken.serializers import AuthTokenSerializer
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import CharField
from rest_framework.views import APIView

from monolith.accounts.models import User

TOKEN = inline_serializer("Token", {"token": CharField()})


class TokenView(APIView):
    """Give the account's token; it stays the same until it is revoked."""

    # Whoever asks here is not known yet, and is counted by address.
    authentication_classes = ()
    throttle_scope = "token"

    @extend_schema(request=AuthTokenSerializer, responses=TOKEN, summary="Get a token")
    def post(self, request: Request) -> Response:
        """Send a name or e-mail address, and the password."""
        form = AuthTokenSerializer(data=request.data, context={"request": request})
        form.is_valid(raise_exception=True)
        token, _ = Token.objects.get_or_create(user=form.validated_data["user"])
        return Response({"token": token.key}, headers={"Cache-Control": "no-store"})


class RevokeView(APIView):
    """End the account's token; the next one that is asked for is another."""

    permission_classes = (IsAuthenticated,)
    throttle_scope = "own"

    @extend_schema(request=None, responses={204: None}, summary="Revoke the token")
    def post(self, request: Request) -> Response:
        """Make the account's token worthless, wherever it is kept."""
        Token.objects.filter(user=cast(User, request.user)).delete()
        return Response(status=204)
