"""Draws one picture anew and prints it; run as a script of its own, without Django, under hard limits.

A foreign picture may be built to exhaust memory or time, or to carry what it does not show: then this process dies and no
other, and nothing but its pixels comes out.
"""

import io
import resource
import sys

MEMORY = 1024 * 1024 * 1024
SECONDS = 20
MAX_PIXELS = 40_000_000
LONGEST = 2560


def main(path: str) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    with Image.open(path, formats=["JPEG", "PNG", "WEBP"]) as picture:
        if picture.width * picture.height > MAX_PIXELS:
            sys.exit(3)
        picture.draft("RGB", (LONGEST, LONGEST))
        picture.seek(0)
        upright = ImageOps.exif_transpose(picture)
        upright.thumbnail((LONGEST, LONGEST))
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


if __name__ == "__main__":
    main(sys.argv[1])
