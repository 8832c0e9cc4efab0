"""Which address shows what."""

urlpatterns = []
