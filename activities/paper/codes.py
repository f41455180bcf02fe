"""What stands beside the QR code of an archived record."""

from branch_portal.codes import code_url
from branch_portal.verification import shown_code


def code_words(code: str, content_hash: str) -> list[str]:
    """What stands beside the code on paper."""
    return [
        f"查验码：{shown_code(code)}",
        "扫码或在浏览器打开下列地址，查验本记录归档后是否有改动：",
        code_url(code),
        f"内容校验值（SHA-256）：{content_hash[:16]}…",
    ]
