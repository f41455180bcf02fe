"""Cases C: pictures. Drawn anew or refused in words; nothing but their pixels is kept, and no other process pays for them."""

import io

import pytest
from PIL import Image

from branch_portal.files import FileRefused, display_name, keep_file, read_file
from tests.activities.uploads import HEIC, PDF
from tests.corpus.bounds import bounded
from tests.corpus.cases import case
from tests.corpus.pictures import (
    flat_png,
    hidden_text,
    inflating,
    many_texts,
    moving,
    photo_with_everything,
    picture,
    turned,
    wide_gamut,
    with_zip_behind,
)

LARGE, KINDS, BROKEN = "超过 4000 万像素", "只能上传", "无法读取"
PS = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n(id) run"
HTML = b"\xff\xd8\xff\xe0<html><script>alert(1)</script></html>"


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def keep(content: bytes, name="照片.jpg"):
    return keep_file(io.BytesIO(content), name=name, folder="records", office=True)


REFUSED = [
    case("C35", "81 megapixels in some kilobytes", lambda: flat_png(9000, 9000), LARGE),
    case("C36", "121 megapixels", lambda: flat_png(11000, 11000), LARGE),
    case("C37", "256 megapixels", lambda: flat_png(16000, 16000), LARGE),
    case("C38", "zTXt of 200 MB", lambda: inflating(b"zTXt"), BROKEN),
    case("C38", "iTXt of 200 MB", lambda: inflating(b"iTXt"), BROKEN),
    case("C38", "a colour profile of 200 MB", lambda: inflating(b"iCCP"), BROKEN),
    case("C40", "gif of 300 frames", lambda: moving("GIF"), KINDS),
    case("C43", "svg called png", lambda: b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", KINDS),
    case("C44", "eps called jpg", lambda: PS, KINDS),
    case("C45", "tiff", lambda: picture("TIFF"), KINDS),
    case("C45", "ico", lambda: picture("ICO"), KINDS),
    case("C45", "bmp", lambda: picture("BMP"), KINDS),
    case("C45", "psd", lambda: b"8BPS\0\x01" + b"\0" * 50, KINDS),
    case("C46", "cut off", lambda: picture(size=(600, 600))[:700], BROKEN),
    case("C41", "html that begins like a jpeg", lambda: HTML, BROKEN),
    case("C50", "heic cut off", lambda: HEIC[:300], BROKEN),
    case("C51", "no byte", lambda: b"", "文件是空的"),
    case("C51", "one byte", lambda: b"x", KINDS),
    case("C51", "a head and nothing else", lambda: b"\xff\xd8\xff", BROKEN),
]  # fmt: skip


@pytest.mark.parametrize(("content", "words"), REFUSED)
def test_refused_and_nothing_stays(content, words, request, tmp_path):
    made = content()
    with bounded(request.node.callspec.id), pytest.raises(FileRefused, match=words):
        keep(made)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


KEPT = [
    case("C39", "200 text chunks", many_texts),
    case("C40", "png of 300 frames: the first", lambda: moving("PNG")),
    case("C40", "webp of 300 frames: the first", lambda: moving("WEBP")),
    case("C41", "html behind a jpeg", lambda: picture() + b"<script>alert('Secret')</script>"),
    case("C42", "zip behind a jpeg", lambda: with_zip_behind(picture())),
    case("C47", "cmyk", lambda: picture(mode="CMYK")),
    case("C47", "16 bit", lambda: picture("PNG", mode="I;16")),
    case("C47", "palette", lambda: picture("PNG", mode="P")),
    case("C47", "grey with alpha", lambda: picture("PNG", mode="LA")),
    case("C47", "a wide profile", wide_gamut),
    case("C48", "place, maker, xmp, comment", photo_with_everything),
    case("C48", "text of a png", hidden_text),
    case("C50", "heic of a phone", lambda: HEIC),
]


@pytest.mark.parametrize("content", KEPT)
def test_drawn_anew_from_its_pixels_alone(content, request):
    made = content()
    with bounded(request.node.callspec.id):
        stored = keep(made)
    kept = read_file(stored.stored_name)
    assert (
        b"Secret" not in kept
        and b"script" not in kept
        and b"CameraMaker" not in kept
        and b"PK\x03\x04" not in kept
    )
    with Image.open(io.BytesIO(kept)) as drawn:
        assert drawn.format in ("JPEG", "PNG")
        assert drawn.mode in ("RGB", "RGBA")
        assert (dict(drawn.getexif()), getattr(drawn, "n_frames", 1)) == ({}, 1)
        assert not {"exif", "xmp", "icc_profile", "comment"} & set(drawn.info)


#: Where the red half lies after turning.
RED = {1: "left", 2: "right", 3: "right", 4: "left", 5: "top", 6: "top", 7: "bottom", 8: "bottom"}
AT = {"left": (8, 16), "right": (56, 16), "top": (16, 8), "bottom": (16, 56)}


@pytest.mark.parametrize(
    ("orientation", "side"), [case("C49", f"orientation {n}", n, side) for n, side in RED.items()]
)
def test_a_photo_stands_upright(orientation, side):
    with Image.open(io.BytesIO(read_file(keep(turned(orientation)).stored_name))) as drawn:
        red, _, blue = drawn.getpixel(AT[side])
        assert (red > 200, blue < 60, drawn.size) == (True, True, (64, 32) if orientation < 5 else (32, 64))


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        case("C52", "up the tree", "../../x.jpg", "x.jpg"),
        case("C52", "a device of Windows", "CON.jpg", "CON.jpg"),
        case("C52", "300 characters", "名" * 300 + ".jpg", "名" * 90 + ".jpg"),
        case("C52", "two endings", "a.jpg.exe", "a.jpg.exe"),
        case("C52", "Chinese and emoji", "合影🙂.jpg", "合影🙂.jpg"),
        case("C52", "nul and turned round", "a\0\u202egpj.exe", "agpj.exe"),
        case("C51", "a folder's name", "照片.jpg/", ""),
    ],
)
def test_a_name_is_for_reading_only(name, shown):
    assert display_name(name) == shown
    stored = keep(PDF, name)
    assert stored.file_name.endswith(".pdf")  # by what it is, whatever it was called
    assert stored.stored_name.isascii() and ".." not in stored.stored_name
