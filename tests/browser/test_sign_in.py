"""The way in, in a real browser."""

import pytest

from tests.browser.contexts import PHONE
from tests.browser.site import Site
from tests.browser.visitor import Visitor

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module", autouse=True)
def _account(site: Site) -> None:
    site.add_user("entree@cua.example", "agent", "--name", "Camille Exemple")


def test_signs_in_reads_and_signs_out(visitor: Visitor) -> None:
    visitor.goto("/")
    visitor.goto("/mot-de-passe-oublie")
    visitor.sign_in("entree@cua.example")
    for path in ("/compte", "/messages"):
        visitor.goto(path)
    width, height = PHONE
    visitor.page.set_viewport_size({"width": width, "height": height})
    visitor.page.get_by_role("button", name="Menu").click()
    visitor.page.get_by_role("button", name="Se déconnecter").click()
    visitor.page.wait_for_url("**/connexion*")
    visitor.check()


def test_a_mistake_is_announced_and_focused(visitor: Visitor) -> None:
    visitor.goto("/connexion")
    visitor.page.get_by_role("button", name="Se connecter").click()
    visitor.check()
    summary = visitor.page.get_by_role("alert")
    assert "Indiquez votre adresse e-mail." in summary.inner_text()
