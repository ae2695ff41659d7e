"""Use the channel of docs/development/add-a-channel.md as its people would; exits with 0.

It runs in a process of its own, because its tables join the metadata of every other test.
"""

import re
import sys
from datetime import timedelta
from pathlib import Path

from jinja2 import ChoiceLoader, FileSystemLoader

import participa
from participa.app import CHANNELS, create_app
from participa.core import clock
from participa.core.db import db
from participa.core.ops import migrations
from participa.staff.models import Role
from tests.conftest import settings, sign_in, store_account
from tests.plan.builders import plan, task
from tests.visitor import Visitor, field


def main(folder: Path) -> None:
    participa.__path__.append(str(folder / "participa"))
    from participa.wishes import service  # noqa: PLC0415 - it has just been put there
    from participa.wishes.channel import CHANNEL  # noqa: PLC0415
    from participa.wishes.models import Wish  # noqa: PLC0415

    app = create_app(settings(folder), (*CHANNELS, CHANNEL))
    app.config["TESTING"] = True
    app.test_client_class = Visitor
    app.jinja_loader = ChoiceLoader([app.jinja_loader, FileSystemLoader(folder / "templates")])
    with app.app_context():
        migrations.upgrade()
        db.create_all()
        made = plan(task(1))
        editor = store_account(Role.EDITOR)
        db.session.add(made)
        db.session.flush()
        closes_at = clock.now() + timedelta(days=3)
        facts = {"title": "¿Qué desea?", "closes_at": closes_at}
        box = service.create(editor, made.actions[0].tasks, **facts)
        service.publish(box, editor)
        db.session.commit()
        address = f"/deseos/{box.code}"
        resident = app.test_client()
        form = {"text": "Árboles", "submission": field(resident.get(address), "submission")}
        review = resident.post(address, data=form | {"step": "review"})
        assert "Enviar" in review.text
        sent = [resident.post(address, data=form | {"confirm": "1"}) for _ in range(2)]
        assert {one.status_code for one in sent} == {303}
        assert sent[0].location == sent[1].location
        assert db.session.query(Wish).count() == 1
        assert "Recibimos su deseo" in resident.get(sent[0].location).text
        empty = form | {"text": "", "submission": field(resident.get(address), "submission")}
        assert "Escriba su deseo." in resident.post(address, data=empty).text
        assert resident.get(f"/q/{box.code.lower()}").location == address
        for page in ("/", "/participa"):
            assert f'href="{address}"' in resident.get(page).text
        assert ">Deseos</a>" in resident.get("/").text
        official = app.test_client()
        sign_in(official, editor)
        db.session.commit()
        assert "¿Qué desea?" in official.get("/gestion/deseos").text
        assert "Deseos" in official.get("/gestion").text
        poster = official.get(f"/gestion/deseos/{box.code}/cartel").text
        assert re.search(r"Escriba su deseo\.", poster)
        assert official.get(f"/gestion/deseos/{box.code}/proyectar.json").json["people"] == "1"
        box.opens_at = clock.now() - timedelta(days=2)
        box.closes_at = clock.now() - timedelta(seconds=1)
        box.touch()
        db.session.commit()
        closed = resident.get(address)
        assert (closed.status_code, "Cerró el" in closed.text) == (409, True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
