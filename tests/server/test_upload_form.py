"""What a file comes in: forms that are refused, names that climb, archives that explode."""

import time
import zipfile
from collections.abc import Callable, Iterator
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.server.desk import AS_EDITOR, Desk, opened_desk, word_file
from tests.server.shape import error_of

CANAL = "افتُتحت قناة السويس في 17 نوفمبر 1869. ويبلغ طول القناة اليوم 193 كيلومترًا."


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with opened_desk(tmp_path) as desk:
        yield desk


def _with_part(name: str, content: bytes) -> bytes:
    out = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(word_file(CANAL))) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for part in old.namelist():
            new.writestr(part, content if part == name else old.read(part))
        if name not in old.namelist():
            new.writestr(name, content)
    return out.getvalue()


def _with_link() -> bytes:
    link = zipfile.ZipInfo("word/media/a.png")
    link.external_attr = 0o120777 << 16
    out = BytesIO(word_file(CANAL))
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr(link, "/etc/passwd")
    return out.getvalue()


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda: _with_part("word/media/a.bin", bytes(210 * 2**20)), "unpacks to"),
        (lambda: _with_part("word/media/b.bin", bytes(100 * 2**20)), "bombs"),
        (
            lambda: _with_part(
                "word/document.xml",
                b'<!DOCTYPE a [<!ENTITY x "xxxx"><!ENTITY y "&x;&x;&x;&x;">]><a>&y;</a>',
            ),
            "entities",
        ),
        (lambda: _with_part("../../../etc/cron.d/evil", b"x"), "lead out"),
        (_with_link, "lead out"),
        (lambda: b"PK\x03\x04" + bytes(5000), "not a Word file"),
    ],
    ids=["huge", "dense", "entities", "climbing", "link", "broken"],
)
def test_a_hostile_archive_is_refused_at_once_and_the_queue_goes_on(
    desk: Desk, make: Callable[[], bytes], reason: str
) -> None:
    content = make()
    started = time.monotonic()
    sent = desk.sent("evil.docx", content)

    assert time.monotonic() - started < 2
    assert (sent["state"], sent["error"]["code"]) == ("failed", "unreadable_article")
    assert reason in sent["error"]["message"]
    assert desk.sent("suez.txt", CANAL)["state"] == "done"


def test_aliases_in_front_matter_are_not_multiplied(desk: Desk) -> None:
    names = "abcdefghi"
    lists = [f"{b}: &{b} [{', '.join([f'*{a}'] * 9)}]" for a, b in pairwise(names)]
    started = time.monotonic()
    bomb = "\n".join(["---", f"a: &a [{', '.join(['lol'] * 9)}]", *lists, "---", CANAL])
    sent = desk.sent("bomb.md", bomb)

    assert time.monotonic() - started < 2
    assert sent["state"] == "done"
    assert len(desk.client.get("/v1/articles/bomb").text) < 5000


@pytest.mark.parametrize("name", ["../../../etc/suez.txt", "C:\\x\\suez.txt", "/tmp/suez.txt"])
def test_a_name_that_climbs_is_only_its_last_part(desk: Desk, name: str) -> None:
    sent = desk.sent(name, CANAL)

    assert (sent["filename"], sent["article_id"]) == ("suez.txt", "suez")


@pytest.mark.parametrize("name", ["a.exe", "a", "a.zip", ".docx"])
def test_a_format_that_is_not_read_is_refused_by_its_name(desk: Desk, name: str) -> None:
    error = error_of(desk.send(name, CANAL), 415)

    assert error["code"] == "unsupported_media_type"
    assert ".docx" in error["message"]
    assert desk.get("/v1/uploads").json() == {"uploads": []}


@pytest.mark.parametrize(
    ("request_body", "status"),
    [
        ({"json": {"file": "a"}}, 415),
        ({"data": {"file": "a"}}, 415),
        ({"content": b"x", "headers": {"Content-Type": "multipart/form-data"}}, 400),
        ({"content": b"x", "headers": {"Content-Type": "multipart/form-data; boundary=b"}}, 400),
        ({"content": b"", "headers": {"Content-Type": "multipart/form-data; boundary=b"}}, 422),
        ({"files": {"document": ("a.txt", CANAL)}}, 422),
        ({"files": [("file", ("a.txt", CANAL)), ("file", ("b.txt", CANAL))]}, 400),
        ({"files": {"file": ("a.txt", CANAL)}, "data": {"id": "x"}}, 400),
    ],
)
def test_a_body_that_is_not_one_file_is_refused(
    desk: Desk, request_body: dict[str, Any], status: int
) -> None:
    headers = AS_EDITOR | request_body.pop("headers", {})
    error_of(desk.client.post("/v1/articles", headers=headers, **request_body), status)


@pytest.mark.parametrize("query", ["replace=maybe", "overwrite=true"])
def test_a_query_that_is_not_understood_is_refused(desk: Desk, query: str) -> None:
    response = desk.client.post(
        f"/v1/articles?{query}", files={"file": ("a.txt", CANAL)}, headers=AS_EDITOR
    )
    error_of(response, 422)


def test_a_file_may_be_as_large_as_the_setting_says_to_the_byte(tmp_path: Path) -> None:
    text = CANAL.encode()
    with opened_desk(tmp_path, {"max_upload_bytes": 4096, "max_body_bytes": 1024}) as desk:
        assert desk.send("a.txt", text.ljust(4096)).status_code == 202
        assert error_of(desk.send("b.txt", text.ljust(4097)), 413)["code"] == "body_too_large"
        assert error_of(desk.send("c.txt", text.ljust(40_000)), 413)["code"] == "body_too_large"


def test_a_full_queue_is_told_with_how_long_to_wait(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.uploads.MOST_WAITING", 0)
    response = desk.send("a.txt", CANAL)

    assert error_of(response, 503)["code"] == "queue_full"
    assert response.headers["retry-after"].isdigit()


@pytest.fixture(scope="module")
def fuzzed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with opened_desk(tmp_path_factory.mktemp("fuzzed")) as desk:
        yield desk


FORM = (
    b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n'
    b"Content-Type: text/plain\r\n\r\nThe text.\r\n--b--\r\n"
)


# Starlette forgets the file of a form that is cut off; it is closed when it is collected.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@settings(max_examples=150, deadline=None)
@given(
    cut=st.integers(0, len(FORM)),
    middle=st.binary(max_size=12),
    skip=st.integers(0, 12),
    boundary=st.sampled_from(["b", "bb", "", "-", '"b"', "b; charset=idna", "b; charset=hex"]),
)
def test_no_form_makes_a_500(
    fuzzed: Desk, cut: int, middle: bytes, skip: int, boundary: str
) -> None:
    response = fuzzed.client.post(
        "/v1/articles?replace=true",
        content=FORM[:cut] + middle + FORM[cut + skip :],
        headers=AS_EDITOR | {"Content-Type": f"multipart/form-data; boundary={boundary}"},
    )

    assert response.status_code in (202, 503) or 400 <= response.status_code < 500
    if response.status_code == 503:
        assert error_of(response, 503)["code"] == "queue_full"
