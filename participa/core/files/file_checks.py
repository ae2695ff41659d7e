"""Checks of uploaded files by their content: type, completeness, size, active content."""

import io
import re
import warnings
import zlib
from collections.abc import Callable, Collection, Iterator
from http import HTTPStatus
from typing import IO

import filetype
from PIL import Image, ImageOps

from participa.core.errors import Refused
from participa.core.files import locked_pdf, unsupported, unzip
from participa.core.files.unzip import OversizedZip, UnreadableZip, ZipLimits, ZipReader

MEDIA_TYPES = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpg": "image/jpeg",
    "webp": "image/webp",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "csv": "text/csv; charset=utf-8",
    "txt": "text/plain; charset=utf-8",
    "sealed": "application/octet-stream",  # encrypted by this application, never uploaded
}
SAME = dict.fromkeys(("jpeg", "jpe", "jfif", "jif", "pjpeg", "pjp"), "jpg")
MOST_PIXELS = 25_000_000
MOST_UNPACKED = 100_000_000
# The preview picture that Word adds is nearly all white, and packs to a three-hundredth.
OFFICE_FILE = ZipLimits(
    members=2_000,
    total=MOST_UNPACKED,
    member=MOST_UNPACKED,
    ratio=100,
    member_ratio=100,
    harmless=10_000_000,
)
CHUNK = 65_536
# The part that an office file of this type must have, and the bytes that it must begin with.
PACKAGES = {
    "docx": ("word/document.xml", b""),
    "xlsx": ("xl/workbook.xml", b""),
    "odt": ("mimetype", b"application/vnd.oasis.opendocument.text"),
    "ods": ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
}
PICTURES = {"png": "PNG", "jpg": "JPEG", "webp": "WEBP"}
MARKUP = re.compile(
    rb"<\s*(?:!doctype|html|head|body|script|svg|iframe|\?xml|\?php)", re.IGNORECASE
)
# Not <?xml: a PDF may begin with what describes it.
WEB_PAGE = re.compile(rb"<\s*(?:!doctype|html|head|body|script|svg|iframe|\?php)", re.IGNORECASE)
DTD = re.compile(rb"<\s*!\s*(?:doctype|entity)", re.IGNORECASE)
ACTIVE_PART = re.compile(
    r"vbaproject|activex|/embeddings/.*\.exe$|^basic/|^scripts/", re.IGNORECASE
)
# Not "/JS": it has no effect without "/JavaScript", and image data contains it by chance.
ACTIVE_PDF = re.compile(rb"/(?:JavaScript|Launch|EmbeddedFiles?|RichMedia)\b|/XFA[\s\[]")
ESCAPED_CHARACTER = re.compile(rb"#([0-9A-Fa-f]{2})")  # a PDF reads /J#53 as /JS
ZLIB_STREAM = re.compile(rb"stream\r?\n(?=x)")
MOST_STREAM = 1_000_000
CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
BREAKS = re.compile(r"[\x0b\x0c]|\x1a\Z")  # of pages and lines, and the end of an old text
WRITTEN = {"pdf", "rtf", "ps"}  # formats that are no plain text and look like it
BEGINNING = 4096
LOCKED = "El archivo tiene contraseña: nadie podría abrirlo. Quítele la contraseña y envíelo."


class UnsafeFile(Refused):
    """The file is not accepted here; the message says what to upload instead."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY


def check(body: bytes, name: str, kinds: Collection[str]) -> tuple[str, bytes]:
    """Return the extension and the bytes to store; raises UnsafeFile if the type is wrong.

    Images and text are re-encoded, so the bytes may differ from the upload.
    """
    kinds = {SAME.get(kind, kind) for kind in kinds}
    extension = kind_of(body, name)
    if extension not in kinds or extension not in MEDIA_TYPES:
        listed = ", ".join(sorted(kinds))
        raise UnsafeFile(f"Aquí no se recibe ese tipo de archivo. Adjunte uno de estos: {listed}.")
    if not body:
        raise UnsafeFile("El archivo está vacío. Elija otro.")
    return extension, CHECKS[extension](body, extension)


def kind_of(body: bytes, name: str) -> str:
    """The extension of a file: of its name, but of a picture, which is drawn again, that of its
    content, whatever it is called."""
    ending = name.rpartition(".")[2].lower()
    extension = SAME.get(ending, ending)
    if extension in PICTURES or extension not in MEDIA_TYPES:
        content = type_by_signature(body)
        return content if content in PICTURES else extension
    return extension


def picture(body: bytes, extension: str) -> bytes:
    """Re-encode the pixels, which drops metadata (place, camera) and appended data."""
    wrong = UnsafeFile("No pudimos leer la imagen. Guárdela de nuevo como JPG o PNG y envíela.")
    if type_by_signature(body) != extension:
        raise wrong
    try:
        with warnings.catch_warnings(), Image.open(io.BytesIO(body)) as image:
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            if image.width * image.height > MOST_PIXELS:
                raise UnsafeFile("La imagen es demasiado grande. Redúzcala a menos de 25 MP.")
            return reencoded(image, extension)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, Warning) as error:
        raise wrong from error


def reencoded(image: Image.Image, extension: str) -> bytes:
    upright = ImageOps.exif_transpose(image)
    is_flat = extension == "jpg" or ("A" not in upright.getbands() and upright.mode != "P")
    pixels = upright.convert("RGB" if is_flat else "RGBA")
    clean = Image.new(pixels.mode, pixels.size)
    clean.paste(pixels)
    file = io.BytesIO()
    clean.save(file, PICTURES[extension], quality=88)
    return file.getvalue()


def shrunk(body: bytes, extension: str, longest: int) -> bytes:
    """A picture that was checked, made smaller until no side has more than `longest` pixels."""
    with Image.open(io.BytesIO(body)) as image:
        if max(image.size) <= longest:
            return body
        image.thumbnail((longest, longest))
        return reencoded(image, extension)


def pdf(body: bytes, extension: str) -> bytes:
    start = body.find(b"%PDF-", 0, locked_pdf.BEGINNING)
    is_other = type_by_signature(body) not in {"", "pdf"} or WEB_PAGE.search(body[: max(start, 0)])
    if start < 0 or is_other or b"%%EOF" not in body.rstrip(b"\0\t\r\n ")[-1024:]:
        raise UnsafeFile("El archivo no es un PDF completo. Expórtelo de nuevo y envíelo.")
    if WEB_PAGE.search(body[:1024]) or unzip.is_zip(body):
        raise UnsafeFile("El PDF contiene otro archivo escondido. Expórtelo de nuevo y envíelo.")
    readable = body
    if b"/Encrypt" in unescaped(body):
        try:
            readable = locked_pdf.readable(body)
        except locked_pdf.LockedPdf as locked:
            raise UnsafeFile(LOCKED) from locked
    if any(ACTIVE_PDF.search(unescaped(part)) for part in (body, readable, *unpacked(readable))):
        raise UnsafeFile("El PDF contiene programas o adjuntos. Imprímalo como PDF y envíe ese.")
    return body


def unescaped(part: bytes) -> bytes:
    return ESCAPED_CHARACTER.sub(lambda match: bytes([int(match[1], 16)]), part)


def unpacked(body: bytes) -> Iterator[bytes]:
    """The first MOST_STREAM bytes of each compressed stream of a PDF; objects may be in one."""
    budget = MOST_UNPACKED
    for beginning in ZLIB_STREAM.finditer(body):
        packed = memoryview(body)[beginning.end() :][:MOST_STREAM]
        try:
            part = zlib.decompressobj().decompress(packed, MOST_STREAM)
        except zlib.error:
            continue
        budget -= len(part)
        if budget < 0:
            raise UnsafeFile("El PDF es demasiado grande por dentro. Divídalo y envíe una parte.")
        yield part


def package(body: bytes, extension: str) -> bytes:
    """Check an office file: an intact zip with the right parts, without macros, bombs or DTDs."""
    wrong = UnsafeFile("No pudimos leer el documento. Guárdelo de nuevo y envíelo.")
    if unsupported.is_locked(body):
        raise UnsafeFile(LOCKED)
    if not body.startswith(b"PK\x03\x04"):
        raise wrong
    try:
        with ZipReader(io.BytesIO(body), OFFICE_FILE) as archive:
            # Polyglot files put other data before the first member or into the comment.
            if not archive.entries or archive.has_foreign_bytes:
                raise wrong
            inspect(archive, extension)
    except UnreadableZip as error:
        raise wrong from error
    except OversizedZip as error:
        raise UnsafeFile(
            "El documento es demasiado grande por dentro. Divídalo y envíe una parte."
        ) from error
    return body


def inspect(archive: ZipReader, extension: str) -> None:
    part, beginning = PACKAGES[extension]
    if not archive.read(part).startswith(beginning):
        raise UnsafeFile("El documento no es lo que dice su nombre. Guárdelo de nuevo y envíelo.")
    manifest = "META-INF/manifest.xml"
    if manifest in archive.names and b"encryption-data" in archive.read(manifest):
        raise UnsafeFile(LOCKED)
    if any(ACTIVE_PART.search(name) for name in archive.names):
        raise UnsafeFile("El documento contiene macros. Guárdelo sin macros y envíelo.")
    for name in archive.names:
        with archive.open(name) as file:
            check_part(file, name)


def check_part(file: IO[bytes], name: str) -> None:
    """Read a part to its end, which verifies its checksum; refuse XML with a DTD."""
    is_xml = name.lower().endswith((".xml", ".rels"))
    tail = b""
    while chunk := file.read(CHUNK):
        text = tail + chunk.replace(b"\x00", b"")  # also finds it in UTF-16
        if is_xml and DTD.search(text):
            raise UnsafeFile("El documento trae definiciones que no se reciben. Guárdelo de nuevo.")
        tail = text[-64:]


def plain(body: bytes, extension: str) -> bytes:
    """Plain text or CSV in UTF-8, UTF-16 or Windows-1252; returned as UTF-8."""
    text = BREAKS.sub("\n", decoded(body))
    kind = type_by_signature(body)
    if kind in WRITTEN or MARKUP.search(text[:BEGINNING].encode()):
        raise UnsafeFile("El archivo no es un texto. Guárdelo como texto o CSV y envíelo.")
    if CONTROL.search(text):
        # The signature of a program may stand at the beginning of a text: «MZ;LOTE».
        if kind:
            raise UnsafeFile("El archivo no es un texto. Guárdelo como texto o CSV y envíelo.")
        raise UnsafeFile("El texto trae signos que no se pueden leer. Guárdelo como UTF-8.")
    return text.encode()


def decoded(body: bytes) -> str:
    """The text of a file. UTF-16 is known by its mark, or by a zero beside nearly each letter."""
    sample = body[:BEGINNING]
    zeros = {"utf-16-le": sample[1::2].count(0), "utf-16-be": sample[::2].count(0)}
    likely = max(zeros, key=lambda encoding: zeros[encoding])
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    elif zeros[likely] > len(sample) * 0.4:
        encoding = likely
    else:
        encoding = "utf-8-sig"
    try:
        return body.decode(encoding)
    except UnicodeDecodeError:
        return body.decode("cp1252", errors="replace")


def type_by_signature(body: bytes) -> str:
    """The extension that the first bytes indicate; '' when they indicate none."""
    guess = filetype.guess(body[:BEGINNING])
    extension = str(guess.extension) if guess else ""
    return "png" if extension == "apng" else extension  # one that moves; its first picture stays


CHECKS: dict[str, Callable[[bytes, str], bytes]] = {
    "pdf": pdf,
    **dict.fromkeys(PICTURES, picture),
    **dict.fromkeys(PACKAGES, package),
    "csv": plain,
    "txt": plain,
}
