"""Pictures as attackers and telephones make them."""

import io
import struct
import zipfile
import zlib

from PIL import Image, ImageCms, PngImagePlugin

PNG = b"\x89PNG\r\n\x1a\n"


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def flat_png(width: int, height: int) -> bytes:
    """One-bit black of any size, whole and valid, in a few kilobytes."""
    packer, row = zlib.compressobj(9), b"\0" * (width // 8 + 1)
    body = b"".join(packer.compress(row * min(1000, height - done)) for done in range(0, height, 1000))
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return PNG + chunk(b"IHDR", head) + chunk(b"IDAT", body + packer.flush()) + chunk(b"IEND", b"")


def picture(kind="JPEG", mode="RGB", size=(64, 32), **fields) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size).save(out, kind, **fields)
    return out.getvalue()


def with_chunks(*chunks: bytes) -> bytes:
    """A small PNG with more chunks behind its head."""
    plain = picture("PNG")
    at = len(PNG) + 25
    return plain[:at] + b"".join(chunks) + plain[at:]


def inflating(name: bytes, megabytes: int = 200) -> bytes:
    """zTXt, iTXt or iCCP that unpacks to so much."""
    packed = zlib.compress(b"\0" * (megabytes << 20), 9)
    heads = {b"zTXt": b"k\0\0", b"iTXt": b"k\0\x01\0\0\0", b"iCCP": b"k\0\0"}
    return with_chunks(chunk(name, heads[name] + packed))


def many_texts(number: int = 200) -> bytes:
    return with_chunks(*(chunk(b"tEXt", b"k%d\0%s" % (each, b"x" * 60_000)) for each in range(number)))


def moving(kind: str, frames: int = 300) -> bytes:
    pages = [Image.new("RGB", (32, 32), (each % 255, 0, 0)) for each in range(frames)]
    out = io.BytesIO()
    pages[0].save(out, kind, save_all=True, append_images=pages[1:])
    return out.getvalue()


def photo_with_everything() -> bytes:
    """EXIF with place, maker's note and a small original; XMP; a comment."""
    exif = Image.Exif()
    exif[0x010F], exif[0x927C] = "CameraMaker", b"MakerNoteSecret"
    exif.get_ifd(0x8825).update({1: "N", 2: (39.0, 54.0, 12.0), 3: "E", 4: (116.0, 23.0, 30.0)})
    return picture(exif=exif, xmp=b"<x:xmpmeta>XmpSecret</x:xmpmeta>", comment=b"CommentSecret")


def turned(orientation: int) -> bytes:
    """Left half red, right half blue, 64 × 32, to be turned as the number says."""
    plain = Image.new("RGB", (64, 32), (255, 0, 0))
    plain.paste((0, 0, 255), (32, 0, 64, 32))
    exif = Image.Exif()
    exif[0x0112] = orientation
    out = io.BytesIO()
    plain.save(out, "JPEG", exif=exif, quality=95)
    return out.getvalue()


def with_zip_behind(content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("META-INF/MANIFEST.MF", "ZipSecret")
    return content + out.getvalue()


def wide_gamut() -> bytes:
    return picture(icc_profile=ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())


def hidden_text() -> bytes:
    info = PngImagePlugin.PngInfo()
    info.add_text("note", "TextSecret")
    return picture("PNG", pnginfo=info)
