"""What a camera sees, for a browser that has none: a video of one picture."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image

from participa.core import qr
from tests.conftest import FLAGS, WITH_A_WINDOW, chromium_path

WIDTH, HEIGHT, FRAMES = 640, 480, 3
FAKE = ["--use-fake-device-for-media-stream"]
ALLOWED, DENIED = ["--use-fake-ui-for-media-stream"], ["--deny-permission-prompts"]


def picture_of(text: str) -> Image.Image:
    """A card with this QR, held before the camera."""
    modules = qr.matrix(text)
    code = Image.new("L", (len(modules) + 8, len(modules) + 8), 255)
    for row, line in enumerate(modules):
        for column, is_black in enumerate(line):
            code.putpixel((column + 4, row + 4), 0 if is_black else 255)
    seen = Image.new("L", (WIDTH, HEIGHT), 120)
    seen.paste(code.resize((400, 400), Image.Resampling.NEAREST), (120, 40))
    return seen


def video_of(text: str, file: Path) -> Path:
    """The file that chromium plays as its camera (YUV4MPEG2)."""
    colours = b"\x80" * (WIDTH * HEIGHT // 2)
    frame = b"FRAME\n" + picture_of(text).tobytes() + colours
    head = f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F10:1 Ip A1:1 C420jpeg\n".encode()
    file.write_bytes(head + frame * FRAMES)
    return file


@contextmanager
def with_camera(chromium, *more: str) -> Iterator:
    """A browser with a camera, and with the window in which it asks whether it may use one."""
    browser = chromium.browser_type.launch(
        executable_path=chromium_path(WITH_A_WINDOW), args=[*FLAGS, *FAKE, *more]
    )
    try:
        yield browser
    finally:
        browser.close()
