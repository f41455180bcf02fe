"""Draws one picture anew; run as a script of its own, without Django, under hard limits.

    files_child.py UPLOAD LONGEST   → the picture on standard output, its longer side at most LONGEST

A foreign picture may be built to exhaust memory or time, or to carry what it does not show: then this process dies and no
other, and nothing but its pixels comes out.
"""

import io
import resource
import sys
from pathlib import Path

MEMORY = 1024 * 1024 * 1024
SECONDS = 20
MAX_PIXELS = 40_000_000
#: Ends with this status when the picture has more pixels than that, so that the refusal can say so.
TOO_LARGE = 3


def main(path: str, longest: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    from PIL import Image, ImageOps

    formats = ["JPEG", "PNG", "WEBP"]
    if _is_heif(path):
        # Only where it is needed: the decoder is the largest piece of foreign code here.
        import pi_heif

        pi_heif.register_heif_opener(thumbnails=False)
        formats = ["HEIF"]
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    try:
        picture = Image.open(path, formats=formats)
    except Image.DecompressionBombError:
        sys.exit(TOO_LARGE)
    with picture:
        if picture.width * picture.height > MAX_PIXELS:
            sys.exit(TOO_LARGE)
        picture.draft("RGB", (longest, longest))
        picture.seek(0)
        upright = ImageOps.exif_transpose(picture)
        upright.thumbnail((longest, longest))
        see_through = upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info
        clean = upright.convert("RGBA" if see_through else "RGB")
        # A fresh canvas carries no metadata along.
        canvas = Image.new(clean.mode, clean.size)
        canvas.paste(clean)
    out = io.BytesIO()
    if see_through:
        canvas.save(out, "PNG", optimize=True)
    else:
        canvas.save(out, "JPEG", quality=85, optimize=True)
    sys.stdout.buffer.write(out.getvalue())


def _is_heif(path: str) -> bool:
    with Path(path).open("rb") as file:
        return file.read(8)[4:] == b"ftyp"


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
