from collections.abc import Iterator

import pytest

from tests.unit.adapters.calendar_readers import IcalJs, Vobject


@pytest.fixture(scope="session")
def ical_js() -> Iterator[IcalJs]:
    with IcalJs() as reader:
        yield reader


@pytest.fixture(scope="session")
def vobject_reader() -> Vobject:
    return Vobject()
