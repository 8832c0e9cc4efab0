"""Every test that asks for a `line` runs on both stores."""

import pytest

from tests.consumers.runtime.stores.sides import Line, Rows, Versions


@pytest.fixture(params=["read model", pytest.param("database", marks=pytest.mark.django_db)])
def line(request: pytest.FixtureRequest) -> Line:
    return Line(Versions() if request.param == "read model" else Rows())


@pytest.fixture
def rows(db: None) -> Line:
    return Line(Rows())
