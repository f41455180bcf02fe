"""What a recording is, by its first bytes, whatever its name says: only what browsers play without a plug-in is taken."""

from dataclasses import dataclass

#: As many bytes as `sniffed` wants to see.
HEAD = 4096

_VIDEO_BRANDS = {b"isom", b"iso2", b"iso3", b"iso4", b"iso5", b"iso6", b"iso7", b"iso8", b"iso9", b"mp41", b"mp42", b"avc1",
                 b"M4V ", b"M4VH", b"M4VP", b"MSNV", b"dash", b"f4v ", b"mmp4", b"XAVC", b"3gp4", b"3gp5", b"3gp6"}  # fmt: skip
_AUDIO_BRANDS = {b"M4A ", b"M4B ", b"F4A "}


@dataclass(frozen=True, slots=True)
class MediaType:
    """`family` is video, audio or pdf; the other two name it for HTTP and on the disk."""

    family: str
    content_type: str
    suffix: str


PDF = MediaType("pdf", "application/pdf", ".pdf")
MP4 = MediaType("video", "video/mp4", ".mp4")
WEBM = MediaType("video", "video/webm", ".webm")
M4A = MediaType("audio", "audio/mp4", ".m4a")
MP3 = MediaType("audio", "audio/mpeg", ".mp3")
OGG = MediaType("audio", "audio/ogg", ".ogg")
#: The types of the columns above, for the check of what is served.
PLAYABLE = {kind.content_type: kind for kind in (MP4, WEBM, M4A, MP3, OGG)}


def sniffed(head: bytes) -> MediaType | None:
    """The type of a file that begins with these bytes; None for everything else."""
    if head.startswith(b"%PDF-"):
        return PDF
    if head[4:8] == b"ftyp":
        brand = head[8:12]
        return MP4 if brand in _VIDEO_BRANDS else M4A if brand in _AUDIO_BRANDS else None
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return WEBM if b"webm" in head[:64] else None
    if head.startswith(b"OggS"):
        return OGG if b"\x01vorbis" in head or b"OpusHead" in head else None
    if head.startswith(b"ID3") or _is_mpeg_frame(head):
        return MP3
    return None


def refusal(head: bytes) -> str:
    """Why what begins with these bytes is not taken, and how to mend it."""
    if head[4:12] == b"ftypqt  ":
        return "这是苹果的 MOV 视频，多数手机和电脑放不出来。请导出为 MP4（H.264）后再上传。"
    if head[4:8] == b"ftyp":
        return "这种 MP4 变体浏览器放不出来。请用视频软件导出为普通的 MP4（H.264）后再上传。"
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return "这是 MKV 视频，浏览器放不出来。请导出为 MP4（H.264）后再上传。"
    if head[:4] == b"RIFF" or head.startswith(b"\x30\x26\xb2\x75"):
        return (
            "这是 AVI、WAV 或 WMV 文件，浏览器放不出来或者太大。视频请导出为 MP4，录音请导出为 MP3 或 M4A。"
        )
    return "文件内容不是 PDF、MP4、WebM、M4A、MP3 或 OGG。请核对文件，改文件名是不行的。"


def _is_mpeg_frame(head: bytes) -> bool:
    """The header of a layer III frame with a real bit rate and sampling rate."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return False
    version, layer = head[1] >> 3 & 3, head[1] >> 1 & 3
    bit_rate, sampling = head[2] >> 4, head[2] >> 2 & 3
    return version != 1 and layer == 1 and bit_rate not in (0, 15) and sampling != 3
