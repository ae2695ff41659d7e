"""A box shown to others: before it opens, on a poster, on the wall of a hall."""

import pytest

from participa.ballots.models import BoxKind, SealedPaper
from participa.core.db import db
from tests.ballots import city

pytestmark = pytest.mark.one_engine


@pytest.mark.parametrize("kind", list(BoxKind), ids=lambda kind: kind.name)
def test_the_preview_shows_a_draft_as_people_will_see_it_and_takes_nothing(staff, app, kind):
    made = city.draft(kind, city.YES_NO, city.SCALE)
    editor = staff("EDITOR")
    page = editor.get(f"/gestion/urnas/{made.uuid}/vista").text
    for words in ("¿Está de acuerdo?", "Mala", "lo que garantiza", "no es una elección"):
        assert words in page
    main = page.partition("<main")[2]
    assert "<form" not in main
    assert db.session.query(SealedPaper).count() == 0


def test_the_poster_of_a_box_with_codes_begins_with_a_card(staff, app):
    made = city.opened(BoxKind.CODES)
    poster = staff("EDITOR").get(f"/gestion/urnas/{made.uuid}/cartel").text
    assert "Saque una tarjeta de la caja." in poster


def test_the_wall_counts_ballots_and_tells_results_only_where_everybody_finds_them(staff, app):
    made = city.opened(BoxKind.CODES)
    made.cast(0, {0})
    editor = staff("EDITOR")
    show = f"/gestion/urnas/{made.uuid}"
    assert editor.get(f"{show}/proyectar.json").json["people"] == "1"
    assert "El resultado se ve al final" in editor.get(f"{show}/proyectar").text
    city.finish(made)
    wall = editor.get(f"{show}/proyectar").text
    assert "El resultado ya está publicado en esta dirección." in wall
    assert "Sí" not in wall.partition("<main")[2]
