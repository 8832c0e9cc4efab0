"""The extracted notifications as a Django app: what the topics tell, in tables built from them."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    """The read model, which a rebuild makes anew; what was sent is in the app `ledger`."""

    name = "consumers.notifications"
    label = "notifications"
