"""Files as people upload them, and as they had better not."""

import base64
import io
import zipfile

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

PDF = b"%PDF-1.4\n1 0 obj <</Type /Catalog>> endobj\n%%EOF"
#: 64 × 32 red pixels as a phone writes them, with EXIF that names the maker ("CameraMaker").
HEIC = base64.b64decode(
    "AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAb5tZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAAAAADRpbG9jAAAAAERA"
    "AAIAAQAAAAAB4gABAAAAAAAAABgAAgAAAAAB+gABAAAAAAAAADAAAAA4aWluZgAAAAAAAgAAABVpbmZlAgAAAAABAABodmMxAAAAABVpbmZlAgAAAQAC"
    "AABFeGlmAAAAAA5waXRtAAAAAAABAAAA/WlwcnAAAADdaXBjbwAAAHZodmNDAQNwAAAAkAAAAAAAHvAA/P34+AAADwNgAAEAGEABDAH//wNwAAADAJAA"
    "AAMAAAMAHroCQGEAAQAqQgEBA3AAAAMAkAAAAwAAAwAeoCCBBZbq5Ka5uAhoMCAAAAMDIAAAAwAhYgABAAZEAcFzwIkAAAATY29scm5jbHgAAQANAAaA"
    "AAAAFGlzcGUAAAAAAAAAQAAAAEAAAAAoY2xhcAAAAEAAAAABAAAAIAAAAAEAAAAAAAAAAv///+AAAAACAAAAEHBpeGkAAAAAAwgICAAAABhpcG1hAAAA"
    "AAAAAAEAAQWBAgMFhAAAABppcmVmAAAAAAAAAA5jZHNjAAIAAQABAAAAUG1kYXQAAAAUKAGvBBj4ynHX//VEn6SAuNVSEecAAAAGRXhpZgAATU0AKgAA"
    "AAgAAQEPAAIAAAAMAAAAGgAAAABDYW1lcmFNYWtlcgA="
)
_TYPES = '<?xml version="1.0" encoding="UTF-8"?><Types><Default Extension="xml" ContentType="application/xml"/>{}</Types>'
_RELS = '<?xml version="1.0"?><Relationships><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{}" Target="{}" TargetMode="External"/></Relationships>'


def picture(kind="JPEG", size=(640, 480), **fields) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, (200, 20, 20)).save(out, kind, **fields)
    return out.getvalue()


def office(kind="docx", *, types="", text="学习记录", **parts) -> bytes:
    """A small .docx or .xlsx; `parts` are more of them, `__` standing for a slash and `_dot_` for a dot."""
    main = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml"}[kind]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", _TYPES.format(types))
        archive.writestr(main, f"<w:document><w:t>{text}</w:t></w:document>")
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return out.getvalue()


def external(what: str, target="file:///etc/passwd") -> str:
    """A relationship that leads outside: hyperlink, attachedTemplate, image …"""
    return _RELS.format(what, target)


def upload(name="照片.jpg", content: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, picture() if content is None else content)
