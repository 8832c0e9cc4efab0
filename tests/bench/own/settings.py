"""A consumer's Django project for the benchmark: the runtime's tables in a database of its own."""

import environ

SECRET_KEY = "of the benchmark alone"
INSTALLED_APPS = ["consumers.runtime"]
USE_TZ = True
DATABASES = {"default": environ.Env().db_url("BENCH_DATABASE_URL")}
