"""Pages, JSON, scripts and styles leave compressed; what is polled keeps its mark; nothing else is touched."""

import gzip
from pathlib import Path

import pytest
from django.conf import settings
from django.http import FileResponse, HttpResponse, JsonResponse, StreamingHttpResponse
from django.test import Client, RequestFactory

from hongqiao.site.compression import Compressed, Static, compressed_copy

LONG = "<p>数据</p>" * 400


def through(answer, accepts: str = "gzip"):
    request = RequestFactory().get("/", headers={"accept-encoding": accepts})
    return Compressed(lambda _request: answer)(request)


@pytest.mark.parametrize("answer", [HttpResponse(LONG), JsonResponse({"rows": LONG})], ids=["page", "json"])
def test_pages_and_json_are_compressed_where_the_browser_takes_it(answer):
    plain = answer.content
    assert through(answer, "br").content == plain
    got = through(answer)
    assert (got["Content-Encoding"], gzip.decompress(got.content)) == ("gzip", plain)
    assert "Accept-Encoding" in got["Vary"]
    assert len(got.content) < len(plain) / 3


def test_lengths_differ_from_answer_to_answer_so_that_they_tell_no_secret():
    assert len({len(through(HttpResponse(LONG)).content) for _ in range(30)}) > 1


def test_what_is_polled_downloaded_or_compressed_already_stays_as_it_is():
    polled = HttpResponse(LONG, headers={"ETag": '"abc"'})
    picture = HttpResponse(LONG.encode(), content_type="image/png")
    sheet = FileResponse([LONG.encode()], content_type="text/csv")
    stream = StreamingHttpResponse([LONG], content_type="text/html")
    for answer in (polled, picture, sheet, stream, HttpResponse("kurz")):
        got = through(answer)
        assert not got.has_header("Content-Encoding")
    assert polled["ETag"] == '"abc"', "a weak mark would never match again"


@pytest.mark.django_db
def test_the_sign_in_page_is_compressed_by_the_running_order_of_the_house():
    answer = Client().get("/accounts/login/", headers={"accept-encoding": "gzip, br"})
    assert answer["Content-Encoding"] == "gzip"
    assert "csrfmiddlewaretoken" in gzip.decompress(answer.content).decode()
    assert answer["Content-Security-Policy"]


def static(path: str, accepts: str, **more: str):
    made = Static(lambda _request: HttpResponse(status=404))
    url = f"{settings.STATIC_URL}{path}"
    answer = made(RequestFactory().get(url, headers={"accept-encoding": accepts, **more}))
    return answer, b"".join(answer.streaming_content) if answer.streaming else answer.content


def test_scripts_and_styles_have_a_compressed_copy_beside_the_data():
    plain, body = static("ui/base.css", "identity")
    assert not plain.has_header("Content-Encoding")
    packed, small = static("ui/base.css", "gzip")
    assert packed["Content-Encoding"] == "gzip"
    assert gzip.decompress(small) == body
    assert len(small) < len(body) / 2
    assert int(packed["Content-Length"]) == len(small)
    assert packed["ETag"] == plain["ETag"]
    again, _ = static("ui/base.css", "gzip", **{"if-none-match": packed["ETag"]})
    assert again.status_code == 304
    assert packed["Content-Type"].startswith("text/css")
    assert static("ui/nothing.css", "gzip")[0].status_code == 404


def test_a_disk_that_takes_no_copy_serves_the_file_as_it_is(tmp_path: Path, settings):
    blocked = tmp_path / "data"
    blocked.mkdir()
    (blocked / "static-gzip").write_text("a file where the folder should be")
    settings.DATA = blocked
    source = tmp_path / "a.css"
    source.write_text("a{}" * 1000)
    assert compressed_copy(source) is None
