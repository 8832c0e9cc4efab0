"""A stranger's own tests: a browser before the live server, as Django's documentation has it.

They know of no gateway: `python -m django test tests.strangler.foreign.suite` runs them.
"""

import hashlib
import re

import httpx
from django.contrib.auth.models import User
from django.test import LiveServerTestCase

from .views import WHOLE


class SiteTest(LiveServerTestCase):
    """Each test is a visit of its own."""

    def setUp(self) -> None:
        self.browser = httpx.Client(base_url=self.live_server_url, timeout=20)

    def tearDown(self) -> None:
        self.browser.close()

    def token(self, path: str = "/") -> str:
        found = re.search(r'csrfmiddlewaretoken" value="(\w+)"', self.browser.get(path).text)
        assert found
        return found[1]

    def put(self, item: str, **headers: str) -> httpx.Response:
        data = {"item": item, "csrfmiddlewaretoken": self.token()}
        return self.browser.post("/basket/", data=data, headers=headers)

    def log_in(self) -> httpx.Response:
        User.objects.create_user("änne", password="s3cret")
        data = {"username": "änne", "password": "s3cret", "next": "/mine/"}
        token = self.token("/login/")
        return self.browser.post("/login/", data={**data, "csrfmiddlewaretoken": token})


class SessionsAndForms(SiteTest):
    def test_a_basket_fills_and_each_message_is_said_once(self) -> None:
        for item in ("lamp", "Stühle"):
            answer = self.put(item)
            assert (answer.status_code, answer.headers["location"]) == (302, self.home)
        page = self.browser.get("/").text
        assert "<li>lamp</li><li>Stühle</li>" in page
        assert "Added &quot;Stühle&quot;; thanks, come again" in page
        assert "message" not in self.browser.get("/").text

    def test_a_form_without_its_token_is_refused(self) -> None:
        assert self.browser.post("/basket/", data={"item": "lamp"}).status_code == 403

    def test_a_form_from_here_is_taken_and_one_from_elsewhere_is_not(self) -> None:
        assert self.put("lamp", origin=self.live_server_url).status_code == 302
        assert self.put("lamp", origin="http://elsewhere.example").status_code == 403

    def test_who_is_not_logged_in_comes_back_to_where_they_wanted(self) -> None:
        answer = self.browser.get("/mine/")
        assert answer.headers["location"] == "/login/?next=/mine/"
        assert self.log_in().headers["location"] == "/mine/"
        assert self.browser.get("/mine/").text == "Hello änne"
        self.browser.post("/logout/", data={"csrfmiddlewaretoken": self.token()})
        assert self.browser.get("/mine/").status_code == 302

    @property
    def home(self) -> str:
        return f"{self.live_server_url}/"


class Bodies(SiteTest):
    def test_an_upload_arrives_whole_under_its_name(self) -> None:
        content = b"\x00\r\n--\x1a" * 1_000_000
        answer = self.browser.post("/photos/", files={"photo": ("Küche.jpg", content)})
        digest = hashlib.sha256(content).hexdigest()
        told = {"name": "Küche.jpg", "size": len(content), "digest": digest}
        assert (answer.status_code, answer.json()) == (201, told)

    def test_a_download_arrives_whole_under_its_name(self) -> None:
        answer = self.browser.get("/whole/")
        assert answer.content == WHOLE
        named = "attachment; filename*=utf-8''%C3%9Cbersicht.bin"
        assert answer.headers["content-disposition"] == named
        head = self.browser.head("/whole/")
        assert (head.headers["content-disposition"], head.content) == (named, b"")

    def test_a_stream_is_read_while_it_is_made(self) -> None:
        with self.browser.stream("GET", "/log/", headers={"accept-encoding": "identity"}) as answer:
            parts = answer.iter_raw()
            assert next(parts) == b"data: first\n\n"
            httpx.get(f"{self.live_server_url}/log/release/")
            assert b"".join(parts) == b"data: second\n\n"

    def test_a_page_is_compressed_and_told_to_be_unchanged(self) -> None:
        page = self.browser.get("/login/", headers={"accept-encoding": "gzip"})
        assert page.headers["content-encoding"] == "gzip"
        street = self.browser.get("/straße/a/")
        again = self.browser.get("/straße/a/", headers={"if-none-match": street.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")


class Addresses(SiteTest):
    def test_letters_beyond_ascii_are_read_as_they_were_written(self) -> None:
        answer = self.browser.get("/straße/50 % größer; +/", params={"q": ["a&b", "€"]})
        told = answer.json()
        assert (told["name"], told["query"]) == ("50 % größer; +", ["a&b", "€"])
        assert told["here"] == f"{self.live_server_url}{told['path']}"

    def test_a_redirect_leads_to_where_it_says(self) -> None:
        answer = self.browser.get("/old", follow_redirects=True)
        assert [each.status_code for each in answer.history] == [301, 301]
        assert answer.json()["name"] == "Große Gasse"

    def test_an_error_is_the_sites_own(self) -> None:
        assert self.browser.get("/gone/").text == "gone for good"
        assert self.browser.get("/nowhere/").status_code == 404
        broken = self.browser.get("/broken/")
        assert (broken.status_code, broken.reason_phrase) == (500, "Internal Server Error")
        assert "Server Error (500)" in broken.text
        assert self.browser.get("/basket/").headers["allow"] == "POST"
        evil = self.browser.get("/", headers={"host": "evil.example"})
        assert evil.status_code == 400


class Cookies(SiteTest):
    def test_each_is_set_by_a_line_of_its_own(self) -> None:
        lines = self.browser.get("/cookies/").headers.get_list("set-cookie")
        assert [line.partition("=")[0] for line in lines] == ["plain", "strict", "deep", "old"]
        assert "HttpOnly; Max-Age=60; Path=/; SameSite=Strict" in lines[1]
        assert "Path=/log/" in lines[2]
        assert "Max-Age=0" in lines[3]

    def test_they_come_back_as_they_were_sent(self) -> None:
        self.browser.get("/cookies/")
        assert self.browser.get("/cookies/").text == "plain=1|strict=a b;c"
        odd = self.browser.get("/cookies/", headers={"cookie": 'a="1,2"; b=x=y; plain=1'})
        assert odd.text == "a=1,2|b=x=y|plain=1"
