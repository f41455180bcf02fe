"""Sending recordings: what the answers carry, that a slice is enough, and that pages keep their threads."""

import socket
from email.utils import formatdate
from pathlib import Path

import pytest
from django.test import RequestFactory

from branch_portal import media
from branch_portal.media import SLICE, media_response
from branch_portal.media_types import M4A, MP3, MP4, OGG, PDF, WEBM, refusal, sniffed
from branch_portal.ranges import Span

CONTENT = bytes(range(256)) * 40
LONG = b"x" * (SLICE + 5000)
GB = 1024**3


@pytest.fixture
def stored(settings, tmp_path):
    """`stored(content)` → the name of a file in the media folder."""
    settings.MEDIA_ROOT = tmp_path

    def keep(content: bytes = CONTENT, name: str = "film.mp4") -> str:
        Path(tmp_path / name).write_bytes(content)
        return name

    return keep


def ask(name: str, *, method: str = "get", content_type: str = "video/mp4", inline: bool = True, **headers):
    request = getattr(RequestFactory(), method)(
        "/film/", headers={k.replace("_", "-"): v for k, v in headers.items()}
    )
    return media_response(
        request, name, file_name="党课.mp4", content_type=content_type, version="v1", inline=inline
    )


def body(response) -> bytes:
    content = b"".join(response.streaming_content) if response.streaming else response.content
    response.close()
    return content


def test_the_whole_file_without_a_range(stored):
    response = ask(stored())
    assert (response.status_code, response["Content-Length"]) == (200, str(len(CONTENT)))
    assert (response["Accept-Ranges"], response["ETag"], response["Content-Type"]) == (
        "bytes",
        '"v1"',
        "video/mp4",
    )
    assert "Content-Range" not in response
    assert response["Cache-Control"] == "private, no-cache"
    assert body(response) == CONTENT


@pytest.mark.parametrize(
    ("header", "first", "last"),
    [
        ("bytes=0-1", 0, 1),
        ("bytes=100-199", 100, 199),
        ("bytes=-10", 10230, 10239),
        ("bytes=10000-", 10000, 10239),
    ],
)
def test_a_part(stored, header, first, last):
    response = ask(stored(), range=header)
    assert response.status_code == 206
    assert response["Content-Range"] == f"bytes {first}-{last}/{len(CONTENT)}"
    assert response["Content-Length"] == str(last - first + 1)
    assert body(response) == CONTENT[first : last + 1]


def test_behind_the_end(stored):
    response = ask(stored(), range="bytes=10240-")
    assert (response.status_code, response["Content-Range"]) == (416, "bytes */10240")
    assert body(response) == b""


def test_if_range(stored, settings):
    name = stored()
    changed = int((Path(settings.MEDIA_ROOT) / name).stat().st_mtime)
    same, other = formatdate(changed, usegmt=True), formatdate(changed - 60, usegmt=True)
    for value, status in {
        '"v1"': 206, same: 206, '"v2"': 200, 'W/"v1"': 200, other: 200, "nonsense": 200,
    }.items():  # fmt: skip
        response = ask(name, range="bytes=0-9", if_range=value)
        assert response.status_code == status, value
        response.close()


def test_a_copy_that_is_still_right_is_not_sent_again(stored):
    response = ask(stored(), if_none_match='"v0", "v1"')
    assert (response.status_code, body(response), response["ETag"]) == (304, b"", '"v1"')


def test_head_tells_the_size_and_holds_nothing(stored):
    for _ in range(20):
        response = ask(stored(), method="head", range="bytes=5-9")
        assert (response.status_code, response["Content-Length"], response["Accept-Ranges"]) == (
            200,
            "10240",
            "bytes",
        )
        assert not response.streaming


def test_an_open_range_is_answered_by_a_slice(stored):
    response = ask(stored(LONG), range="bytes=0-")
    assert response["Content-Range"] == f"bytes 0-{SLICE - 1}/{len(LONG)}"
    assert len(body(response)) == SLICE
    response = ask("film.mp4", range=f"bytes={SLICE}-")
    assert response["Content-Range"] == f"bytes {SLICE}-{len(LONG) - 1}/{len(LONG)}"
    assert len(body(response)) == 5000


def test_the_end_of_a_gigabyte(stored, settings):
    """A sparse file: what is read is what was asked for, wherever it lies."""
    name = stored(b"")
    with (Path(settings.MEDIA_ROOT) / name).open("r+b") as file:
        file.seek(GB - 5)
        file.write("末尾".encode()[:5])
    response = ask(name, range="bytes=-5")
    assert response["Content-Range"] == f"bytes {GB - 5}-{GB - 1}/{GB}"
    assert body(response) == "末尾".encode()[:5]
    response = ask(name, range=f"bytes={GB - 100}-")
    assert (response["Content-Length"], body(response)[:3]) == ("100", b"\0\0\0")
    assert ask(name, range=f"bytes={GB}-").status_code == 416
    assert ask(name, method="head")["Content-Length"] == str(GB)


def test_never_more_streams_than_pages_can_spare(stored, settings):
    name = stored(LONG)
    held = [ask(name, range="bytes=0-") for _ in range(settings.PORTAL_STREAMS)]
    assert [each.status_code for each in held] == [206] * settings.PORTAL_STREAMS
    refused = ask(name, range="bytes=0-")
    assert (refused.status_code, refused["Retry-After"]) == (503, "2")
    assert "请过几秒再试" in refused.content.decode()
    held[0].close()
    again = ask(name, range="bytes=0-")
    assert again.status_code == 206
    for each in (again, *held):
        each.close()


def test_one_whole_file_at_a_time_leaves_room_for_players(stored):
    name = stored(LONG)
    whole = ask(name, inline=False)
    assert ask(name, inline=False).status_code == 503
    part = ask(name, range="bytes=0-")
    assert part.status_code == 206
    whole.close()
    part.close()
    assert body(ask(name, inline=False)) == LONG


def test_a_first_look_needs_no_place(stored, settings):
    name = stored(LONG)
    held = [ask(name, range="bytes=0-") for _ in range(settings.PORTAL_STREAMS)]
    assert ask(name, range="bytes=0-0").content == b"x"
    for each in held:
        each.close()


def test_an_answer_that_nobody_reads_or_closes_gives_its_place_back(stored):
    name = stored(LONG)
    for _ in range(10):
        assert ask(name, range="bytes=0-").status_code == 206


def test_a_reader_who_goes_away_gives_the_place_back(stored):
    name = stored(LONG)
    for _ in range(5):
        response = ask(name, range="bytes=0-")
        next(iter(response.streaming_content))
        response.close()
    assert media.streams.take()
    media.streams.give_back()


def test_behind_nginx_only_the_name_is_said(stored, settings):
    settings.PORTAL_ACCEL_PREFIX = "/protected/"
    response = ask(stored(), range="bytes=0-9")
    assert (response.status_code, response.content) == (200, b"")
    assert response["X-Accel-Redirect"] == "/protected/film.mp4"
    assert response["Content-Type"] == "video/mp4"
    assert "Content-Range" not in response and "Content-Length" not in response


def test_what_is_gone_is_none(stored):
    stored()
    assert ask("missing.mp4") is None


def test_a_download_says_its_name_and_a_pdf_may_not_act(stored):
    name = stored(b"%PDF-1.4 test", "a.pdf")
    response = ask(name, content_type="application/pdf", inline=False)
    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''%E5%85%9A")
    assert response["Cache-Control"] == "private, no-store"
    assert "script-src 'none'" in response["Content-Security-Policy"]
    response.close()


# --- What a file is ---

FRAME = b"\xff\xfb\x90\x64"
OGG_HEAD = b"OggS\0\2" + b"\0" * 22


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (b"\0\0\0\x20ftypisom\0\0\2\0isomiso2avc1mp41", MP4),
        (b"\0\0\0\x18ftypmp42", MP4),
        (b"\0\0\0\x18ftypM4A ", M4A),
        (b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm", WEBM),
        (b"ID3\x04\0\0\0\0\0\0", MP3),
        (FRAME, MP3),
        (OGG_HEAD + b"\x01vorbis", OGG),
        (OGG_HEAD + b"OpusHead", OGG),
        (b"%PDF-1.7", PDF),
        (b"", None),
        (b"\xff\xff\xff\xff", None),
        (b"\xff\xfb", None),
        (b"<html><video>", None),
        (b"MZ\x90\0", None),
        (b"\0\0\0\x14ftypqt  ", None),
        (b"\0\0\0\x18ftypheic", None),
        (b"\x1a\x45\xdf\xa3\x42\x82\x88matroska", None),
        (OGG_HEAD + b"\x80theora", None),
        (b"RIFF\0\0\0\0WAVE", None),
        (b"PK\x03\x04", None),
        (b"\x89PNG\r\n\x1a\n", None),
    ],
)
def test_a_file_is_what_it_begins_with(head, expected):
    assert sniffed(head) == expected


@pytest.mark.parametrize(
    ("head", "words"),
    [
        (b"\0\0\0\x14ftypqt  ", "MOV"),
        (b"\0\0\0\x18ftypheic", "H.264"),
        (b"\x1a\x45\xdf\xa3\x42\x82\x88matroska", "MKV"),
        (b"RIFF\0\0\0\0AVI ", "AVI"),
        (b"<html>", "改文件名是不行的"),
    ],
)
def test_a_refusal_says_how_to_mend_it(head, words):
    assert words in refusal(head)


def test_a_file_that_is_gone_at_the_last_moment_costs_no_place(tmp_path):
    slots = media.Slots(1)
    for _ in range(3):
        assert slots.take()
        with pytest.raises(FileNotFoundError):
            media._Pieces(tmp_path / "gone", Span(0, 9), [slots])
    assert slots.take()


def test_a_reader_who_dawdles_is_cut_off_and_the_place_given_back(stored, settings):
    path = Path(settings.MEDIA_ROOT) / stored(LONG)
    assert media.streams.take()
    pieces = media._Pieces(path, Span(0, SLICE - 1), [media.streams], seconds=0)
    with pytest.raises(TimeoutError):
        next(pieces)
    held = [media.streams.take() for _ in range(settings.PORTAL_STREAMS)]
    assert held == [True] * settings.PORTAL_STREAMS
    for _ in held:
        media.streams.give_back()


def test_sending_has_an_end(stored):
    """gunicorn names its socket; a reader who takes nothing is not waited for."""
    ours, theirs = socket.socketpair()
    request = RequestFactory().get("/film/", headers={"range": "bytes=0-"})
    request.META["gunicorn.socket"] = ours
    media_response(request, stored(LONG), file_name="x", content_type="video/mp4", version="v1").close()
    assert 0 < ours.gettimeout() <= 60
    for each in (ours, theirs):
        each.close()
