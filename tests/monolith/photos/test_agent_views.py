"""The agent's page of photos: files in, an order, captions, and no harm from anything sent."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from monolith import body_limit
from monolith.listings.models import Listing
from tests.monolith.photos.conftest import AddPhotos
from tests.monolith.photos.samples import HOSTILE, picture

pytestmark = pytest.mark.django_db


def url(listing: Listing) -> str:
    return f"/agent/listings/{listing.pk}/photos/"


def upload(client: Client, listing: Listing, **files: bytes) -> Any:
    sent = [SimpleUploadedFile(name, content) for name, content in files.items()]
    return client.post(url(listing), {"photos": sent}, follow=True)


def test_photos_are_added_described_moved_and_deleted(
    agent_client: Client, listing: Listing
) -> None:
    page = upload(agent_client, listing, one=picture(), two=picture("PNG", colour="red"))
    assert "2 photos added." in page.content.decode()
    one, two = listing.photos.all()
    agent_client.post(f"{url(listing)}{two.pk}/", {"do": "describe", "caption": "<The> porch"})
    agent_client.post(f"{url(listing)}{two.pk}/", {"do": "earlier"})
    assert list(listing.photos.all()) == [two, one]
    shown = agent_client.get(listing.get_absolute_url()).content.decode()
    assert 'alt="&lt;The&gt; porch"' in shown
    agent_client.post(f"{url(listing)}{one.pk}/", {"do": "delete"})
    assert listing.photos.get() == two


def test_good_photos_are_kept_and_each_bad_file_is_named(
    agent_client: Client, listing: Listing
) -> None:
    files = {name: content for name, (content, _) in HOSTILE.items() if name != "heavy.jpg"}
    page = upload(agent_client, listing, good=picture(), **files)
    text = page.content.decode()
    assert page.status_code == 400
    assert listing.photos.count() == 1
    for name in files:
        assert f"{name} was not taken" in text


@pytest.mark.parametrize("sent", [{}, {"photos": "no file"}, {"photos": "\x00"}])
def test_a_form_without_files_is_explained(
    agent_client: Client, listing: Listing, sent: dict[str, str]
) -> None:
    answer = agent_client.post(url(listing), sent)
    assert answer.status_code == 400
    assert "Choose from 1 to 20 photos." in answer.content.decode()


@pytest.mark.parametrize("caption", ["x" * 201, "nul\x00"])
def test_a_bad_caption_is_explained(
    agent_client: Client, listing: Listing, add_photos: AddPhotos, caption: str
) -> None:
    (photo,) = add_photos("red")
    answer = agent_client.post(f"{url(listing)}{photo.pk}/", {"caption": caption})
    assert answer.status_code == 400
    assert 'role="alert"' in answer.content.decode()
    assert listing.photos.get().caption == ""


def test_a_photo_of_another_home_is_not_changed_here(
    agent_client: Client, add_photos: AddPhotos, make_listing: Any
) -> None:
    (photo,) = add_photos("red")
    other = make_listing()
    answer = agent_client.post(f"{url(other)}{photo.pk}/", {"do": "delete"})
    assert answer.status_code == 404


@pytest.mark.parametrize("length", ["240000001", "9" * 30])
def test_more_than_anybody_hears_out_is_refused_unread(
    agent_client: Client, listing: Listing, length: str
) -> None:
    answer = agent_client.post(url(listing), {}, CONTENT_LENGTH=length)
    assert answer.status_code == 413
    assert "more than 60 MB at once" in answer.content.decode()


def test_a_little_too_much_is_heard_out_and_refused_in_words(
    agent_client: Client, listing: Listing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(body_limit, "MAX_BYTES", 2000)
    answer = upload(agent_client, listing, one=picture())
    assert (answer.status_code, listing.photos.count()) == (413, 0)
    assert "Too large" in answer.content.decode()


def test_the_page_of_many_photos_asks_little(
    agent_client: Client,
    listing: Listing,
    add_photos: AddPhotos,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    add_photos("red", "green", "blue", "white")
    with django_assert_max_num_queries(6):
        page = agent_client.get(url(listing)).content.decode()
    assert page.count('value="delete"') == 4


def test_staff_look_through_photos(
    admin_client: Client, listing: Listing, add_photos: AddPhotos
) -> None:
    (photo,) = add_photos("red")
    page = admin_client.get("/admin/photos/photo/", {"q": str(listing.pk)}).content.decode()
    assert photo.small_src in page
    assert admin_client.get(f"/admin/photos/photo/{photo.pk}/change/").status_code == 200
    assert admin_client.get("/admin/photos/photo/add/").status_code == 403
