"""What is printed, and what is read aloud, for the same short link. (C17)"""

from dataclasses import replace

import pytest

from participa.app import create_app
from participa.core import links
from participa.core.links import ShortLink
from tests.conftest import settings


@pytest.fixture
def site(tmp_path):
    """A function that opens an installation at a public address."""

    def site(base_url):
        app = create_app(replace(settings(tmp_path), base_url=base_url))
        return app.app_context()

    return site


def test_the_printed_address_is_in_capitals_because_they_need_fewer_modules(site):
    with site("https://participa.medellin.gov.co"):
        assert links.printed("7K3F2QXM") == "HTTPS://PARTICIPA.MEDELLIN.GOV.CO/Q/7K3F2QXM"


def test_an_installation_in_a_folder_keeps_its_letters_because_folders_tell_them_apart(site):
    with site("https://medellin.gov.co/Participa"):
        assert links.printed("7K3F2QXM") == "https://medellin.gov.co/Participa/q/7K3F2QXM"


def test_the_address_is_read_aloud_in_groups(site):
    with site("https://participa.medellin.gov.co"):
        assert links.readable("7K3F2QXM") == "participa.medellin.gov.co/q/7K3F-2QXM"


def test_an_address_comes_from_the_configuration_and_not_from_the_visitor(site):
    with site("https://participa.medellin.gov.co"):
        assert links.absolute("/plan") == "https://participa.medellin.gov.co/plan"


class TestACodeAtOneOfSeveralPlaces:
    LINK = ShortLink(code="7K3F2QXM", path="/asistencia/7K3F2QXM?canal=qr")

    def test_is_the_code_of_the_link_and_a_number_that_is_read_aloud(self, site):
        with site("https://participa.medellin.gov.co"):
            code = links.at_place("7K3F2QXM", 12)
            assert links.readable(code) == "participa.medellin.gov.co/q/7K3F-2QXM-12"
            assert links.printed(code) == "HTTPS://PARTICIPA.MEDELLIN.GOV.CO/Q/7K3F2QXM12"

    @pytest.mark.parametrize("typed", ["7K3F2QXM2", "7k3f-2qxm-2", "7K3F 2QXM 2."])
    def test_opens_the_same_path_and_says_where_it_hangs(self, typed):
        assert links.path_of(self.LINK, typed) == f"{self.LINK.path}&puerta=2"

    def test_without_a_number_or_a_screen_the_path_stays_as_it_is(self):
        assert links.path_of(self.LINK, "7k3f-2qxm") == self.LINK.path
        seen = links.path_of(self.LINK, "7K3F2QXM2", "ABC123")
        assert seen == f"{self.LINK.path}&puerta=2&pase=ABC123"


@pytest.mark.parametrize(
    ("typed", "is_known"),
    [
        *[("7K3F2QXM", True), ("7K3F-2QXM-9", True), ("7K3F-2QXM-l2", True)],
        *[("7K3F-2QXM-0", False), ("7K3F-2QXM-123", False), ("7K3F-2QXM-A", False)],
    ],
)
def test_a_link_is_known_by_its_code_and_by_that_of_a_place(app, typed, is_known):
    links.register("7K3F2QXM", "/plan")
    assert (links.known(typed) is not None) == is_known
