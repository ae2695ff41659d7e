"""What is printed, and what is read aloud, for the same short link. (C17)"""

from dataclasses import replace

import pytest

from participa.app import create_app
from participa.core import links
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
