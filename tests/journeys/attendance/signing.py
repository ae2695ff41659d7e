"""The steps of somebody who signs a list in a browser."""


def keeps_working(page) -> None:
    """The page is kept for when there is no signal."""
    page.locator("html[data-kept=true]").wait_for(state="attached")


def fill_in(page, name: str, document: str = "") -> None:
    """What the first step asks; without steps, all that has to be filled in."""
    page.get_by_label("Tengo 18 años o más").check()
    page.get_by_label("Documento de identidad").select_option("CC" if document else "SD")
    if document:
        page.get_by_label("Número del documento").fill(document)
    page.get_by_label("Nombres y apellidos").fill(name)
    if page.get_by_role("button", name="Continuar").is_visible():
        page.get_by_role("button", name="Continuar").click()
    page.locator("[name=consent_attendance]").check()


def waiting(page) -> str:
    """How many wait on this device, in its own words."""
    words = page.locator("[data-queue] [data-count]")
    words.wait_for()
    return words.inner_text()


def save(page, name: str, document: str = "") -> None:
    """Somebody signs on the page without a signal."""
    page.locator("[data-ready]").wait_for(state="attached")
    fill_in(page, name, document)
    page.get_by_role("button", name="Firmar").click()
    page.locator("[data-saved]").wait_for()
