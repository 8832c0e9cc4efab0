"""What the control plane answers over HTTP."""

from django.urls import path

from . import api

urlpatterns = [
    path("healthz", api.healthz),
    path("api/routes", api.RouteList.as_view()),
    path("api/routes/<str:route_id>", api.RouteDetail.as_view()),
    path("api/routes/<str:route_id>/stage", api.RouteStage.as_view()),
    path("api/routes/<str:route_id>/rollback", api.RouteRollback.as_view()),
]
