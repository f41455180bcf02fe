"""The operator's virus scanner, where there is one: PORTAL_CLAMD names the socket of a clamd ("/run/clamav/clamd.ctl", "host:3310").

Every upload is shown to it before anything else looks inside or keeps it. Once configured it must answer: silence, an error
or an answer nobody understands refuse the upload, because a scanner that can be switched off by a long file is none.
The conversation is clamd's INSTREAM: the bytes in pieces, each after its length, and a length of nought at the end.
"""

import logging
import socket
import struct
import time
from typing import BinaryIO

from django.conf import settings

logger = logging.getLogger("branch_portal.antivirus")

_SECONDS = 60
_PIECE = 64 * 1024
_MOST_SAID = 4096
INFECTED = "文件被杀毒软件判定为带病毒，没有保存。请先用杀毒软件处理，或换一份干净的文件再上传。"
SILENT = "杀毒服务暂时没有应答，文件没有检查，也没有保存。请过几分钟再试；仍不行请联系系统管理员。"


class VirusRefused(Exception):
    """The file is infected, or nobody could say that it is not; the message is Chinese."""


def check_for_viruses(file: BinaryIO) -> None:
    """Show the whole file to the scanner; VirusRefused unless it says that it is clean. The file stands at its start after."""
    address = settings.PORTAL_CLAMD
    if not address:
        return
    file.seek(0)
    try:
        said = _asked(address, file)
    except (OSError, ValueError) as error:
        logger.error("the virus scanner does not answer: %s", type(error).__name__)
        raise VirusRefused(SILENT) from error
    finally:
        file.seek(0)
    if said == b"stream: OK":
        return
    if said.startswith(b"stream: ") and said.endswith(b" FOUND"):
        logger.warning("upload refused, the virus scanner found %s", _word(said[8:-6]))
        raise VirusRefused(INFECTED)
    logger.error("the virus scanner answers %s", _word(said))
    raise VirusRefused(SILENT)


def _asked(address: str, file: BinaryIO) -> bytes:
    end = time.monotonic() + _SECONDS
    with _connected(address) as talk:
        talk.sendall(b"zINSTREAM\0")
        try:
            while piece := file.read(_PIECE):
                talk.settimeout(_left(end))
                talk.sendall(struct.pack("!L", len(piece)) + piece)
            talk.sendall(struct.pack("!L", 0))
        except (BrokenPipeError, ConnectionResetError):
            pass  # it has made up its mind, or the file is longer than it takes: what it says is read below
        said = b""
        while b"\0" not in said and len(said) < _MOST_SAID:
            talk.settimeout(_left(end))
            if not (more := talk.recv(_MOST_SAID)):
                break
            said += more
    return said.partition(b"\0")[0].strip()


def _connected(address: str) -> socket.socket:
    if not address.startswith("/"):
        host, _, port = address.rpartition(":")
        return socket.create_connection((host.strip("[]"), int(port)), timeout=5)
    talk = socket.socket(socket.AF_UNIX)
    talk.settimeout(5)
    try:
        talk.connect(address)
    except OSError:
        talk.close()
        raise
    return talk


def _left(end: float) -> float:
    left = end - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _word(said: bytes) -> str:
    """As it may stand in a log."""
    return said[:80].decode("ascii", "backslashreplace").encode("unicode_escape").decode()
