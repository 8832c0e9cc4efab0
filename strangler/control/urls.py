"""What the control plane answers over HTTP."""

from django.urls import path

from . import api, flag_api, metrics, services

urlpatterns = [
    path("healthz", api.healthz),
    path("metrics", metrics.metrics),
    path("api/routes", api.RouteList.as_view()),
    path("api/routes/<str:name>", api.RouteLook.as_view()),
    path("api/routes/<str:name>/stage", api.RouteStage.as_view()),
    path("api/routes/<str:name>/rollback", api.RouteRollback.as_view()),
    path("api/routes/<str:name>/undo", api.RouteUndo.as_view()),
    path("api/routes/<str:name>/history", api.RouteHistory.as_view()),
    path("api/routes/<str:name>/close", api.RouteSwitch.as_view(turn=services.close)),
    path("api/routes/<str:name>/resume", api.RouteSwitch.as_view(turn=services.resume)),
    path("api/flags.json", flag_api.published_flags),
    path("api/flags", flag_api.FlagList.as_view()),
    path("api/flags/<str:name>", flag_api.FlagLook.as_view()),
    path("api/flags/<str:name>/audience", flag_api.FlagAudience.as_view()),
    path("api/flags/<str:name>/undo", flag_api.FlagUndo.as_view()),
    path("api/flags/<str:name>/history", flag_api.FlagHistory.as_view()),
    path("api/gateway", api.Gateway.as_view()),
    path("api/gateway/history", api.GatewayHistory.as_view()),
    path("api/gateway/close", api.GatewaySwitch.as_view(turn=services.close)),
    path("api/gateway/resume", api.GatewaySwitch.as_view(turn=services.resume)),
]
