"""The settings of a small site with django-waffle, to be read in a process of its own."""

import os

SECRET_KEY = "a test"
INSTALLED_APPS = ["django.contrib.contenttypes", "django.contrib.auth", "waffle"]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": os.environ["WAFFLED_DB"]}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
