"""Files that are no table that participa reads: the true cause, and what to do. No database."""

from collections.abc import Collection

from participa.core.errors import Refused

UNREADABLE = "El archivo está dañado o no es una tabla. Ábralo, guárdelo otra vez y súbalo."
PASTE = "Copie la tabla con sus encabezados y péguela como texto, o guárdela en Excel (.xlsx)."
LOCKED = (
    "El archivo tiene contraseña y no se puede abrir. Ábralo en su computador, quítele la "
    "contraseña (en Excel: Archivo, Información, Proteger libro, Cifrar con contraseña; deje la "
    "casilla vacía), guárdelo y súbalo otra vez."
)
PICTURE = f"Es una imagen, y una imagen no trae celdas. {PASTE}"
BEGINNINGS = {
    b"%PDF": f"Es un PDF. {PASTE}",
    b"{\\rtf": f"Es un documento de texto. {PASTE}",
    b"\x89PNG": PICTURE,
    b"\xff\xd8\xff": PICTURE,
    b"GIF8": PICTURE,
}
OLD = b"\xd0\xcf\x11\xe0"  # the container of files of Office before 2007, and of encrypted ones
OLD_EXCEL = "Es un archivo antiguo de Excel (.xls). Ábralo, guárdelo como .xlsx y súbalo."
OLD_FILE = "Es un archivo antiguo de Excel o Word. Guárdelo como .xlsx y súbalo."
OLD_PARTS = {
    "EncryptedPackage": LOCKED,
    "WordDocument": f"Es un documento antiguo de Word. {PASTE}",
    "PowerPoint Document": f"Es una presentación antigua de PowerPoint. {PASTE}",
    "Workbook": OLD_EXCEL,
}
WEB = (
    "Es una página web, aunque su nombre diga otra cosa. Ábrala en Excel, guárdela como .xlsx y "
    "suba ese archivo."
)
OLD_XML = "Es un archivo XML de Excel 2003. Ábralo en Excel, guárdelo como .xlsx y súbalo."
# What an archive is by one of its members, the first that fits.
MEMBERS = (
    ("word/", f"Es un documento de Word. {PASTE}"),
    ("ppt/", f"Es una presentación de PowerPoint. {PASTE}"),
    ("xl/workbook.bin", "Es un Excel binario (.xlsb). Ábralo, guárdelo como .xlsx y súbalo."),
    ("encrypted-package", LOCKED),
    ("Index/", "Es un archivo de Apple. Expórtelo a Excel (.xlsx) y suba ese."),
)


def refuse(content: bytes) -> None:
    """Raises Refused for a file whose beginning says that it is another thing."""
    for beginning, sentence in BEGINNINGS.items():
        if content.startswith(beginning):
            raise Refused(sentence, "file")
    if content.startswith(OLD):
        raise Refused(_old(content), "file")
    start = content[:1000].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if start.startswith((b"<html", b"<!doctype html", b"<table", b"<meta", b"<head")):
        raise Refused(WEB, "file")
    if start.startswith(b"<?xml"):
        raise Refused(OLD_XML if b"excel.sheet" in start else UNREADABLE, "file")


def _old(content: bytes) -> str:
    """What an old container holds: its directory names the parts in UTF-16."""
    parts = (
        sentence for part, sentence in OLD_PARTS.items() if part.encode("utf-16-le") in content
    )
    return next(parts, OLD_FILE)


def is_locked(content: bytes) -> bool:
    """Whether this is a file of Office that opens with a password only."""
    return content.startswith(OLD) and _old(content) == LOCKED


def cause(members: Collection[str]) -> str:
    """Why an archive with members of these names is no workbook."""
    found = (
        sentence for part, sentence in MEMBERS if any(name.startswith(part) for name in members)
    )
    return next(found, UNREADABLE)
