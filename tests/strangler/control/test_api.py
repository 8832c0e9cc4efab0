"""The API: anybody reads, staff move, and every refusal says why."""

import pytest
from django.contrib.auth import get_user_model
from rest_framework.authtoken.models import Token
from rest_framework.test import APIClient

from strangler.envoy.configuration import Configuration

pytestmark = [
    pytest.mark.django_db(databases=["default", "strangler"]),
    pytest.mark.urls("strangler.control.urls"),
    pytest.mark.usefixtures("config"),
]


def client(*, is_staff: bool) -> APIClient:
    user = get_user_model().objects.create(username="anna", is_staff=is_staff)
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {Token.objects.create(user=user).key}")
    return client


def test_it_is_healthy_while_its_database_answers() -> None:
    answer = APIClient().get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok\n")


def test_anybody_may_read() -> None:
    route, *_ = APIClient().get("/api/routes").json()["routes"]
    one = APIClient().get("/api/routes/search").json()
    assert one == {**route, "answers": None, "judged": []}
    assert (route["stage"], route["percent"], route["groups"]) == ("canary", "0", ["pilot"])


@pytest.mark.parametrize("action", ["stage", "rollback", "undo", "close", "resume"])
def test_only_staff_may_move(action: str) -> None:
    body = {"stage": "cutover", "reason": "x"}
    path = f"/api/routes/search/{action}"
    assert APIClient().post(path, body, format="json").status_code in (401, 403)
    assert client(is_staff=False).post(path, body, format="json").status_code == 403
    assert APIClient().get("/api/routes/search").json()["revision"] == 0


def test_staff_move_a_route_and_take_it_back() -> None:
    staff = client(is_staff=True)
    body = {"stage": "canary", "percent": "5.25", "reason": "go", "revision": 0}
    moved = staff.post("/api/routes/search/stage", body, format="json")
    assert moved.status_code == 200, moved.content
    assert (moved.json()["percent"], moved.json()["revision"]) == ("5.25", 1)
    back = staff.post("/api/routes/search/rollback", {"reason": "oh"}, format="json")
    assert (back.json()["percent"], back.json()["revision"]) == ("0", 2)


def test_a_dry_run_tells_what_would_be(config: Configuration) -> None:
    body = {"stage": "cutover", "reason": "all", "dry_run": True}
    told = client(is_staff=True).post("/api/routes/search/stage", body, format="json").json()
    assert (told["before"]["stage"], told["after"]["stage"]) == ("canary", "cutover")
    assert (told["stage"], told["revision"]) == ("canary", 0)


def test_staff_send_some_first_for_a_time_and_undo_it() -> None:
    staff = client(is_staff=True)
    body = {
        **{"stage": "canary", "users": ["42"], "staff": True, "reason": "office"},
        **{"from": "2030-01-31T09:00Z", "until": "2030-01-31T17:00Z"},
    }
    moved = staff.post("/api/routes/search/stage", body, format="json").json()
    assert (moved["users"], moved["staff"]) == (["42"], True)
    assert (moved["from"], moved["until"]) == (
        "2030-01-31T09:00:00+00:00",
        "2030-01-31T17:00:00+00:00",
    )
    undone = staff.post("/api/routes/search/undo", {"reason": "no", "revision": 1}, format="json")
    assert (undone.json()["staff"], undone.json()["revision"]) == (False, 2)
    (last, first) = staff.get("/api/routes/search/history").json()["changes"]
    assert (first["reason"], last["reason"]) == ("office", "no")
    assert first["who"] == last["who"] == "anna"
    assert last["after"] == first["before"]


def test_staff_close_one_route_or_everything_and_resume() -> None:
    staff = client(is_staff=True)
    why = {"reason": "fire"}
    closed = staff.post("/api/routes/search/close", why, format="json").json()
    assert (closed["closed"], closed["stage"]) == (True, "canary")
    assert closed["meaning"].startswith("closed, the monolith answers everybody; resumed: ")
    assert not staff.post("/api/routes/search/resume", why, format="json").json()["closed"]
    assert staff.post("/api/gateway/close", why, format="json").json()["all_to_monolith"]
    assert staff.get("/api/gateway").json() == {"revision": 3, "all_to_monolith": True}
    assert not staff.post("/api/gateway/resume", why, format="json").json()["all_to_monolith"]
    assert APIClient().post("/api/gateway/close", why, format="json").status_code in (401, 403)
    turns = APIClient().get("/api/gateway/history").json()["changes"]
    assert [(turn["route"], turn["closed"]) for turn in turns] == [
        *((None, False), (None, True), ("search", False), ("search", True)),
    ]
    assert {(turn["who"], turn["reason"]) for turn in turns} == {("anna", "fire")}


@pytest.mark.parametrize(
    ("path", "body", "status", "complaint"),
    [
        ("nope/stage", {"stage": "cutover", "reason": "x"}, 404, "unknown route 'nope'"),
        ("search/stage", {"stage": "live", "reason": "x"}, 400, "not a valid choice"),
        ("search/stage", {"stage": "cutover"}, 400, "This field is required."),
        ("search/stage", {"stage": "cutover", "percent": 5, "reason": "x"}, 400, "canary"),
        ("search/stage", {"stage": "cutover", "reason": "x", "revision": 7}, 409, "revision 0"),
        ("search/stage", {"stage": "retired", "reason": "x"}, 409, "retired comes after cutover"),
        ("search/stage", {"stage": "canary", "until": "soon", "reason": "x"}, 400, "be a time"),
        ("search/rollback", {"reason": "x"}, 400, "no earlier"),
        ("search/rollback", {"reason": "x", "revision": 7}, 409, "revision 0"),
        ("search/undo", {"reason": "x"}, 400, "nobody has moved search"),
        ("search/close", {}, 400, "This field is required."),
    ],
)
def test_a_refusal_says_why(
    path: str, body: dict[str, object], status: int, complaint: str
) -> None:
    answer = client(is_staff=True).post(f"/api/routes/{path}", body, format="json")
    assert answer.status_code == status
    assert complaint in answer.content.decode()


def test_a_broken_routes_file_is_not_a_broken_health(config: Configuration) -> None:
    assert APIClient().get("/api/routes/nope").status_code == 404
