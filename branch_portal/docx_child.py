"""Looks into one foreign .docx, or fills it in; run as a script of its own, without Django, under hard limits.

A template is a program that somebody else wrote: it may be built to exhaust memory or time, to read what it should not, or
to fetch from elsewhere when it is opened. Here it meets a sandbox that knows nothing but plain values, and this process
dies instead of the portal. Prints a .docx, or a JSON answer; a refusal is a JSON line on the error output and exit code 3.
"""

import io
import json
import re
import resource
import sys
import zipfile
from xml.parsers import expat

MEMORY = 1024 * 1024 * 1024
SECONDS = 20
MAX_PARTS = 300
MAX_UNPACKED = 60 * 1024 * 1024
MAX_RESULT = 40 * 1024 * 1024
MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
FILTERS = (
    "default", "d", "join", "length", "count", "first", "last", "trim", "replace", "round", "upper", "lower",
)  # fmt: skip
_MACRO = re.compile(r"vbaproject|vbadata|activex|\.bin$|attachedtoolbars", re.IGNORECASE)
_OBJECT = re.compile(r"/embeddings/|/afchunk|\.(?:html?|mht|rtf|exe|js|vbs)$", re.IGNORECASE)
#: Fields that fetch or run something when the file is opened.
_FIELD = re.compile(
    r"\b(DDE|DDEAUTO|INCLUDEPICTURE|INCLUDETEXT|LINK|IMPORT|DATABASE|RD|MACROBUTTON)\b", re.IGNORECASE
)


class Refused(Exception):
    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(reason)
        self.reason, self.detail = reason, detail


def main(task: str, path: str, values: str) -> None:
    for limit, most in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, SECONDS)):
        resource.setrlimit(limit, (most, most))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        look_into(path)
        with open(values, encoding="utf-8") as file:  # noqa: PTH123  nothing but this script's own arguments
            context = json.load(file)
        made, names = fill_in(path, context)
    except Refused as refused:
        json.dump({"reason": refused.reason, "detail": refused.detail[:120]}, sys.stderr)
        sys.exit(3)
    if task == "check":
        sys.stdout.write(json.dumps({"placeholders": names}))
    else:
        sys.stdout.buffer.write(made)


def look_into(path: str) -> None:
    """Refuse whatever is more than text, tables and pictures of its own."""
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise Refused("broken") from error
    with archive:
        parts = archive.infolist()
        if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
            raise Refused("large")
        names = [part.filename for part in parts]
        if len(set(names)) != len(names) or any(
            part.flag_bits & 1 or ".." in part.filename or part.filename.startswith(("/", "\\"))
            for part in parts
        ):
            raise Refused("broken")
        if "word/document.xml" not in names or "[Content_Types].xml" not in names:
            raise Refused("kind")
        left = MAX_UNPACKED
        for part in parts:
            if _MACRO.search(part.filename):
                raise Refused("macro")
            if _OBJECT.search(part.filename):
                raise Refused("object")
            content = _unpacked(archive, part, left)
            left -= len(content)
            if part.filename.endswith((".xml", ".rels")):
                _Part(part.filename).read(content)


def _unpacked(archive: zipfile.ZipFile, part: zipfile.ZipInfo, most: int) -> bytes:
    """What the part really holds, whatever its header claims."""
    try:
        with archive.open(part) as file:
            content = file.read(most + 1)
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, EOFError) as error:
        raise Refused("broken") from error
    if len(content) > most:
        raise Refused("large")
    return content


class _Part:
    """One XML part, read element by element: no document type, nothing outside, no field that fetches."""

    def __init__(self, name: str) -> None:
        self.name, self.instruction, self.inside, self.main = name, "", False, False

    def read(self, content: bytes) -> None:
        parser = expat.ParserCreate()
        parser.StartDoctypeDeclHandler = self._doctype
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        try:
            parser.Parse(content, True)
        except expat.ExpatError as error:
            raise Refused("broken") from error
        if self.name == "[Content_Types].xml" and not self.main:
            raise Refused("kind")
        if found := _FIELD.search(self.instruction):
            raise Refused("field", found[0])

    def _doctype(self, *_) -> None:
        raise Refused("doctype")

    def _start(self, tag: str, attributes: dict) -> None:
        local = tag.rsplit(":", 1)[-1]
        if local == "Relationship" and attributes.get("TargetMode", "").lower() == "external":
            raise Refused("external", attributes.get("Target", ""))
        if local in ("Override", "Default"):
            kind = attributes.get("ContentType", "")
            self.main = self.main or (attributes.get("PartName") == "/word/document.xml" and kind == MAIN)
            if "macroenabled" in kind.lower() or "vbaproject" in kind.lower():
                raise Refused("macro")
        if local in ("altChunk", "OLEObject", "object", "control"):
            raise Refused("object")
        if local == "fldSimple":
            self.instruction += next((v for k, v in attributes.items() if k.endswith("instr")), "") + "\n"
        if local == "fldChar":
            self.instruction += "\n"
        self.inside = local in ("instrText", "delInstrText")

    def _end(self, tag: str) -> None:
        self.inside = False

    def _text(self, text: str) -> None:
        if self.inside:
            self.instruction += text


def fill_in(path: str, context: dict) -> tuple[bytes, list[str]]:
    """The template with these values, and the names that it asks for."""
    from docxtpl import DocxTemplate
    from jinja2.exceptions import SecurityError, TemplateError, UndefinedError

    environment = _sandbox()
    try:
        template = DocxTemplate(path)
        names = sorted(template.get_undeclared_template_variables(jinja_env=environment))
        template = DocxTemplate(path)
        template.render(context, jinja_env=environment, autoescape=True)
        out = io.BytesIO()
        template.save(out)
    except SecurityError as error:
        raise Refused("unsafe", str(error)) from error
    except UndefinedError as error:
        raise Refused("unknown", str(error)) from error
    except TemplateError as error:
        raise Refused("syntax", str(error)) from error
    except (MemoryError, RecursionError) as error:
        raise Refused("large") from error
    except Exception as error:
        if "no loader" in str(error):
            raise Refused("unsafe") from error
        # Whatever a library raises at foreign content, the answer is the same: it cannot be taken.
        raise Refused("broken", type(error).__name__) from error
    if out.tell() > MAX_RESULT:
        raise Refused("large")
    return out.getvalue(), names


def _sandbox():
    """An environment without globals, with a few filters, where nothing can be called."""
    from jinja2 import StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    class Sandbox(ImmutableSandboxedEnvironment):
        """Plain values only: no name begins with an underscore."""

        def is_safe_callable(self, obj) -> bool:
            return False

        def is_safe_attribute(self, obj, attr, value) -> bool:
            return not attr.startswith("_") and not callable(value)

    environment = Sandbox(autoescape=True, undefined=StrictUndefined)
    environment.globals.clear()
    environment.filters = {name: environment.filters[name] for name in FILTERS}
    return environment


if __name__ == "__main__":
    main(*sys.argv[1:4])
