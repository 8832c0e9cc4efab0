"""What the control plane answers over HTTP."""

from django.urls import path

from . import api, services

urlpatterns = [
    path("healthz", api.healthz),
    path("api/routes", api.RouteList.as_view()),
    path("api/routes/<str:route_id>", api.RouteDetail.as_view()),
    path("api/routes/<str:route_id>/stage", api.RouteStage.as_view()),
    path("api/routes/<str:route_id>/rollback", api.RouteRollback.as_view()),
    path("api/routes/<str:route_id>/undo", api.RouteUndo.as_view()),
    path("api/routes/<str:route_id>/history", api.RouteHistory.as_view()),
    path("api/routes/<str:route_id>/close", api.RouteSwitch.as_view(turn=services.close)),
    path("api/routes/<str:route_id>/resume", api.RouteSwitch.as_view(turn=services.resume)),
    path("api/gateway", api.Gateway.as_view()),
    path("api/gateway/close", api.GatewaySwitch.as_view(turn=services.close)),
    path("api/gateway/resume", api.GatewaySwitch.as_view(turn=services.resume)),
]
