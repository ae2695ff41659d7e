"""What an official has typed outlives the session, the second click and the colleague."""

from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

from participa.core import clock
from participa.staff.signing_in import sessions
from tests.journeys.conftest import DESK, PASSWORD, browsing, sign_in

NEW = "/gestion/temas/nueva"
WHY = "La audiencia de noviembre toma de aquí sus temas, y cada barrio quiere decir el suyo. " * 3


def write_a_call(page, title: str) -> None:
    page.goto(NEW)
    page.locator("input[name=title]").fill(title)
    page.locator("textarea[name=why]").fill(WHY)


def save(page) -> None:
    page.locator("main form[method=post] .actions button").first.click()


def enter(page) -> None:
    page.locator("input[name=email]").fill("editor@ejemplo.org")
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("input[name=password]").press("Enter")


def test_a_long_text_outlives_signing_out_in_another_tab(desktop):
    sign_in(desktop, "editor")
    write_a_call(desktop, "¿Qué temas trae su barrio?")
    other = desktop.context.new_page()
    other.goto("/gestion")
    other.get_by_role("button", name="Salir").click()
    other.wait_for_url("**/gestion/entrar**")
    save(desktop)
    assert "Su sesión se cerró" in desktop.get_by_role("alert").inner_text()
    assert WHY.strip() not in desktop.content()
    enter(desktop)
    desktop.get_by_role("heading", name="Siga donde iba").wait_for()
    desktop.get_by_role("button", name="Enviarlo ahora").click()
    assert "Guardó el borrador." in desktop.locator(".note.done").inner_text()
    assert desktop.locator("h1").inner_text() == "¿Qué temas trae su barrio?"
    desktop.goto(f"{desktop.url.partition('?')[0]}/cambiar")
    assert desktop.locator("textarea[name=why]").input_value() == WHY.strip()


def leave_idle(page, folder: Path, monkeypatch) -> None:
    """Give the browser the cookie that it would have after half an hour without a request."""
    secret = (folder / "instance" / "secret_key").read_text()
    signer = sessions.signer(SimpleNamespace(config={"SECRET_KEY": secret}))
    (cookie,) = page.context.cookies()
    key = signer.unsign(cookie["value"])
    before = clock.system_now() - sessions.IDLE - timedelta(minutes=1)
    with monkeypatch.context() as then:
        then.setattr(clock, "system_now", lambda: before)
        page.context.add_cookies([cookie | {"value": signer.sign(key).decode()}])


def test_a_long_text_outlives_half_an_hour_at_the_window_of_an_office(
    desktop, site_folder, monkeypatch
):
    sign_in(desktop, "editor")
    write_a_call(desktop, "¿Qué espera su vereda?")
    leave_idle(desktop, site_folder, monkeypatch)
    save(desktop)
    told = desktop.get_by_role("alert").inner_text()
    assert "Su sesión se cerró por 30 minutos sin uso." in told
    enter(desktop)
    desktop.get_by_role("button", name="Enviarlo ahora").click()
    desktop.get_by_role("heading", name="¿Qué espera su vereda?").wait_for()
    desktop.goto(f"{desktop.url.partition('?')[0]}/cambiar")
    assert desktop.locator("textarea[name=why]").input_value() == WHY.strip()


def test_two_tabs_with_the_sign_in_page_both_arrive(desktop):
    other = desktop.context.new_page()
    for tab in (desktop, other):
        tab.goto("/gestion/entrar?next=/gestion/plan")
    for tab in (desktop, other):
        enter(tab)
        tab.wait_for_url("**/gestion/plan")


def test_who_refuses_cookies_is_told_so(desktop):
    desktop.goto("/gestion/entrar")
    desktop.context.clear_cookies()
    enter(desktop)
    assert "Permítala y entre otra vez" in desktop.get_by_role("alert").inner_text()
    assert desktop.locator("input[name=email]").input_value() == "editor@ejemplo.org"


def test_a_double_click_makes_one(desktop):
    sign_in(desktop, "editor")
    write_a_call(desktop, "¿Qué obra se cuenta primero?")
    desktop.locator("main form[method=post] .actions button").first.dblclick()
    desktop.get_by_role("heading", name="¿Qué obra se cuenta primero?").wait_for()
    desktop.goto("/gestion/temas")
    assert desktop.get_by_role("link", name="¿Qué obra se cuenta primero?").count() == 1


def test_two_officials_see_both_texts_side_by_side(chromium, site, desktop):
    sign_in(desktop, "editor")
    write_a_call(desktop, "¿Qué cuenta la ciudad?")
    save(desktop)
    address = f"{desktop.url.partition('?')[0]}/cambiar"
    with browsing(chromium, site, **DESK) as colleague:
        sign_in(colleague, "editor")
        for page in (desktop, colleague):
            page.goto(address)
        colleague.locator("textarea[name=why]").fill("Lo que escribió Luz.")
        save(colleague)
        desktop.locator("textarea[name=why]").fill("Lo que escribió Ana.")
        save(desktop)
        compared = desktop.get_by_role("alert").get_by_role("row", name="Para qué se pregunta")
        assert "Lo que escribió Luz." in compared.inner_text()
        assert "Lo que escribió Ana." in compared.inner_text()
        save(desktop)
        assert "Guardó los cambios." in desktop.locator(".note.done").inner_text()
