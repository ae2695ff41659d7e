"""What people attached is seen by the office that asked for it, and leaves with a trace."""

import io

import pytest
from PIL import Image

from participa.core.audit import AuditEntry
from participa.core.db import db
from participa.core.files import sealed_files
from participa.surveys.models import Anonymity, AnsweredFile, SurveyResponse
from tests.surveys import city
from tests.visitor import field

pytestmark = pytest.mark.one_engine
PHOTO = city.ask("foto", city.QuestionType.FILE, "Una foto del parque")
ASKED = city.Questionnaire((city.Page((PHOTO, city.CAME)),))


def drawn() -> bytes:
    picture = io.BytesIO()
    Image.new("RGB", (1200, 900), "red").save(picture, "PNG")
    return picture.getvalue()


def survey_with(*bodies: tuple[bytes, str], **facts):
    made = city.open_survey(ASKED, **facts)
    city.answer(made, {"q_vino": "no"})
    [response] = db.session.scalars(db.select(SurveyResponse)).all()
    for body, kind in bodies:
        columns = sealed_files.store(body, kind).columns
        db.session.add(AnsweredFile(response_id=response.id, question="foto", **columns))
    db.session.commit()
    return made


def path(made, file=None, act="") -> str:
    return f"/gestion/encuestas/{made.code}/archivos" + (f"/{file.id}{act}" if file else "")


def files() -> list[AnsweredFile]:
    return list(db.session.scalars(db.select(AnsweredFile).order_by(AnsweredFile.media_type)))


def press(visitor, made, file, act="/descargar"):
    token = field(visitor.get("/gestion/cuenta"), "csrf_token")
    return visitor.post(path(made, file, act), data={"csrf_token": token})


def taken() -> list[AuditEntry]:
    rows = db.select(AuditEntry).where(AuditEntry.action == "surveys.file_taken")
    return list(db.session.scalars(rows))


def test_the_files_are_listed_by_question_and_a_photo_is_drawn_small(app, staff):
    made = survey_with((drawn(), "image/png"), (b"%PDF-1.4", "application/pdf"))
    document, photo = files()
    reader = staff("READER")
    page = reader.get(path(made))
    assert page.text.count("<td>Una foto del parque</td>") == 2
    assert f'href="{path(made, photo)}"' in page.text
    assert f'href="{path(made, document)}"' not in page.text
    assert path(made) in reader.get(f"/gestion/encuestas/{made.code}").text
    shown = reader.get(path(made, photo))
    assert f'src="{path(made, photo, "/pequena")}"' in shown.text
    small = reader.get(path(made, photo, "/pequena"))
    with Image.open(io.BytesIO(small.data)) as image:
        assert max(image.size) == 480
    assert small.headers["Cache-Control"] == "no-store"
    assert reader.get(path(made, document, "/pequena")).status_code == 404


def test_a_download_is_the_whole_file_and_stands_in_the_register(app, staff):
    made = survey_with((drawn(), "image/png"))
    [photo] = files()
    answer = press(staff("READER"), made, photo)
    assert answer.data == drawn()
    assert answer.headers["Cache-Control"] == "no-store"
    assert f"filename=encuesta-{made.code}-{photo.id}.png" in answer.headers["Content-Disposition"]
    [entry] = taken()
    assert entry.details["question"] == "Una foto del parque"


def test_files_are_of_their_survey_and_their_office_and_never_public(app, client, staff):
    made = survey_with((drawn(), "image/png"))
    other = city.open_survey(ASKED, title="Otra")
    [photo] = files()
    assert client.get(path(made, photo, "/pequena")).status_code == 302
    assert staff("READER").get(path(other, photo)).status_code == 404
    stranger = staff("RESPONSIBLE")
    for where in (path(made), path(made, photo), path(made, photo, "/pequena")):
        assert stranger.get(where).status_code in {403, 404}


def test_a_file_of_an_identified_survey_opens_as_other_personal_data(app, staff):
    made = survey_with((drawn(), "image/png"), anonymity=Anonymity.IDENTIFIED)
    [photo] = files()
    reader, editor = staff("READER"), staff("EDITOR")
    assert "su cuenta no los abre" in reader.get(path(made)).text
    assert reader.get(path(made, photo, "/personal")).status_code == 403
    for act in ("", "/pequena"):
        assert editor.get(path(made, photo, act)).status_code == 404
    assert press(editor, made, photo).status_code == 404
    assert path(made, photo, "/personal") in editor.get(path(made)).text
    assert "es un dato personal" in editor.get(path(made, photo, "/personal")).text
    assert press(editor, made, photo, "/personal").data == drawn()
    assert len(taken()) == 1


def test_a_survey_that_asks_for_no_file_has_no_link_to_them(app, staff):
    made = city.open_survey()
    assert path(made) not in staff("READER").get(f"/gestion/encuestas/{made.code}").text
