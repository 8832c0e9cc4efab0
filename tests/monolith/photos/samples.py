"""Files that people upload, good and bad, made on the spot."""

import io
import struct
import zlib
from typing import Any

from PIL import Image


def picture(
    kind: str = "JPEG", size: tuple[int, int] = (640, 480), colour: Any = "teal", **options: Any
) -> bytes:
    written = io.BytesIO()
    mode = "RGBA" if isinstance(colour, tuple) and len(colour) == 4 else "RGB"
    Image.new(mode, size, colour).save(written, kind, **options)
    return written.getvalue()


def sideways_with_place() -> bytes:
    """Return a photo taken with the camera held upright, as phones write it, with GPS."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "Spy camera"
    exif.get_ifd(0x8825)[1] = "N"
    return picture(exif=exif)


def moving(kind: str) -> bytes:
    frames = [Image.new("RGB", (300, 300), colour) for colour in ("red", "blue")]
    written = io.BytesIO()
    frames[0].save(written, kind, save_all=True, append_images=frames[1:])
    return written.getvalue()


def bomb(width: int, height: int) -> bytes:
    """Return a small file whose header promises a picture that no memory holds."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        _chunk(name, content)
        for name, content in (
            (b"IHDR", header),
            (b"IDAT", zlib.compress(b"\0" * 999)),
            (b"IEND", b""),
        )
    )


def _chunk(name: bytes, content: bytes) -> bytes:
    check = struct.pack(">I", zlib.crc32(name + content))
    return struct.pack(">I", len(content)) + name + content + check


SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="900" height="900"><script>a</script></svg>'
HTML = b"<!DOCTYPE html><script>alert(1)</script>"
HOSTILE = {
    "empty.jpg": (b"", "is empty"),
    "drawing.svg": (SVG, "no whole JPEG"),
    "page.jpg": (HTML, "no whole JPEG"),
    "behind.jpg": (b"\xff\xd8\xff" + HTML, "no whole JPEG"),
    "cut.jpg": (picture()[:2000], "no whole JPEG"),
    "cut.png": (picture("PNG", colour=(9, 9, 9, 9))[:-30], "no whole JPEG"),
    "moves.webp": (moving("WEBP"), "it moves"),
    "moves.png": (moving("PNG"), "it moves"),
    "moves.gif": (moving("GIF"), "no whole JPEG"),
    "scan.tiff": (picture("TIFF"), "no whole JPEG"),
    "bomb.png": (bomb(60_000, 60_000), "40 million pixels"),
    "large.png": (bomb(7_000, 7_000), "40 million pixels"),
    "line.png": (bomb(2_000, 1), "smaller than 200"),
    "heavy.jpg": (picture() + b"\0" * 10_000_000, "more than 10 MB"),
}
