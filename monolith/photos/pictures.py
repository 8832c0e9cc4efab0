"""Whatever somebody uploads: bytes enter, a clean picture leaves, or a reason why not.

Nothing of the file itself is kept: every picture is decoded and written anew, so that no place,
no camera and nothing hidden behind the picture's end comes with it.
"""

import io
import threading
import warnings
from dataclasses import dataclass

from django.utils.crypto import salted_hmac
from PIL import Image, ImageOps

from monolith.errors import NotAPicture

FORMATS = ("JPEG", "PNG", "WEBP")
MAX_BYTES = 10_000_000
MAX_PIXELS = 40_000_000
MIN_SIDE = 200
# The longer side of the largest file; smaller ones are for phones and rows of pictures.
LARGEST = 1600
WIDTHS = (400, 800)

# A header may promise far more than there is memory for; it is judged before anything is decoded.
Image.MAX_IMAGE_PIXELS = MAX_PIXELS
warnings.simplefilter("error", Image.DecompressionBombWarning)
# One at a time in each process: a large one takes up to 200 MB while it is decoded.
_decoding = threading.Lock()


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture ready to be stored; ``files`` are WebP by width, the largest last."""

    digest: str
    width: int
    height: int
    files: dict[int, bytes]


def read(content: bytes) -> Picture:
    """Return the picture in ``content``; raises ``NotAPicture``."""
    if not content:
        raise NotAPicture("it is empty")
    if len(content) > MAX_BYTES:
        raise NotAPicture(f"it has more than {MAX_BYTES // 1_000_000} MB")
    with _decoding:
        image = _decode(content)
    files = {width: _encode(image, width) for width in (*smaller_widths(image.width), image.width)}
    # Keyed, so that nobody finds a draft's pictures by having the same file.
    digest = salted_hmac("photos", content, algorithm="sha256").hexdigest()[:32]
    return Picture(digest, image.width, image.height, files)


def smaller_widths(width: int) -> list[int]:
    return [smaller for smaller in WIDTHS if smaller < width]


def _decode(content: bytes) -> Image.Image:
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as image:
            _judge(image)
            # A JPEG is decoded at a fraction of its size when that is enough.
            image.draft("RGB", (LARGEST, LARGEST))
            image.load()
            return _clean(image)
    except NotAPicture:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise NotAPicture(TOO_LARGE) from None
    # Pillow's readers raise whatever broken bytes lead them to.
    except Exception as error:
        raise NotAPicture("it is no whole JPEG, PNG or WebP picture") from error


TOO_LARGE = f"it has more than {MAX_PIXELS // 1_000_000} million pixels"


def _judge(image: Image.Image) -> None:
    # Some cameras put more than one still picture into a JPEG; the first is the photo.
    if image.format in ("PNG", "WEBP") and getattr(image, "is_animated", False):
        raise NotAPicture("it moves; only still pictures are taken")
    if image.width * image.height > MAX_PIXELS:
        raise NotAPicture(TOO_LARGE)
    if min(image.size) < MIN_SIDE:
        raise NotAPicture(f"it is smaller than {MIN_SIDE} pixels")


def _clean(image: Image.Image) -> Image.Image:
    upright = ImageOps.exif_transpose(image)
    coloured = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
    coloured.thumbnail((LARGEST, LARGEST), Image.Resampling.LANCZOS)
    # On a new canvas: nothing but the pixels comes along.
    canvas = Image.new("RGB", coloured.size, "white")
    canvas.paste(coloured, mask=coloured if coloured.mode == "RGBA" else None)
    return canvas


def _encode(image: Image.Image, width: int) -> bytes:
    height = max(1, round(image.height * width / image.width))
    sized = image if width == image.width else image.resize((width, height), reducing_gap=2.0)
    written = io.BytesIO()
    sized.save(written, "WEBP", quality=80, method=4)
    return written.getvalue()
