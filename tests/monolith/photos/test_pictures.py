"""Uploads become clean pictures of our own, or a reason that a person understands."""

import io

import pytest
from PIL import Image

from monolith.errors import NotAPicture
from monolith.photos.pictures import read
from tests.monolith.photos.samples import HOSTILE, picture, sideways_with_place


def test_a_large_photo_is_made_in_three_widths_of_webp() -> None:
    made = read(picture(size=(4000, 3000)))
    assert (made.width, made.height) == (1600, 1200)
    for width, content in made.files.items():
        with Image.open(io.BytesIO(content)) as image:
            assert (image.format, image.size) == ("WEBP", (width, width * 3 // 4))
    assert list(made.files) == [400, 800, 1600]


def test_a_photo_is_turned_upright_and_forgets_where_it_was_taken() -> None:
    made = read(sideways_with_place())
    assert (made.width, made.height) == (480, 640)
    for content in made.files.values():
        assert b"Spy camera" not in content
        with Image.open(io.BytesIO(content)) as image:
            assert not image.getexif()
            assert not {"exif", "icc_profile", "xmp"} & set(image.info)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_the_three_kinds_of_files_are_taken(kind: str) -> None:
    assert list(read(picture(kind, (300, 300))).files) == [300]


def test_what_is_transparent_becomes_white() -> None:
    made = read(picture("PNG", colour=(0, 0, 0, 0)))
    with Image.open(io.BytesIO(made.files[640])) as image:
        assert image.convert("RGB").getpixel((9, 9)) == (255, 255, 255)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "I;16", "CMYK"])
def test_every_way_to_write_colours_is_read(mode: str) -> None:
    written = io.BytesIO()
    Image.new(mode, (300, 300)).save(written, "JPEG" if mode == "CMYK" else "PNG")
    assert read(written.getvalue()).width == 300


@pytest.mark.parametrize("name", HOSTILE)
def test_whatever_is_no_photo_is_refused_with_the_reason(name: str) -> None:
    content, reason = HOSTILE[name]
    with pytest.raises(NotAPicture, match=reason):
        read(content)


def test_the_name_depends_on_the_file_and_on_the_sites_secret() -> None:
    one, other = read(picture()), read(picture(colour="red"))
    assert one.digest == read(picture()).digest != other.digest
