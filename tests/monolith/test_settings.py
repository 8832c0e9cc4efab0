"""The settings as a production site gets them: safe, or a clear refusal."""

import os
import subprocess
import sys

CHECK = [sys.executable, "-m", "django", "check", "--deploy", "--fail-level", "WARNING"]


def run(**environment: str) -> subprocess.CompletedProcess[str]:
    unset = ("DEBUG", "SITE_HTTPS", "MONOLITH_SECRET_KEY")
    inherited = {name: value for name, value in os.environ.items() if name not in unset}
    env = {**inherited, "DJANGO_SETTINGS_MODULE": "monolith.settings", **environment}
    return subprocess.run(CHECK, env=env, capture_output=True, text=True, check=False)


def test_a_missing_secret_is_named() -> None:
    answer = run()
    assert answer.returncode != 0
    assert "Set the environment variable MONOLITH_SECRET_KEY." in answer.stderr


def test_the_deployment_check_is_clean() -> None:
    answer = run(
        MONOLITH_SECRET_KEY="correct horse battery staple " * 3,
        PERSONAL_MASTER_KEYS="k" * 43,
    )
    assert answer.returncode == 0, answer.stderr
