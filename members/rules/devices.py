"""What a browser says of itself in words that its owner recognises, and where from as far as that helps: never the whole address."""

from ipaddress import ip_address

#: The first word that occurs in the user agent decides; what pretends to be another comes before it.
_MACHINES = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("HarmonyOS", "鸿蒙手机"), ("OpenHarmony", "鸿蒙手机"), ("Android", "安卓手机"),
    ("Windows", "Windows 电脑"), ("Macintosh", "苹果电脑"), ("UOS", "统信电脑"), ("Kylin", "麒麟电脑"), ("Linux", "Linux 电脑"),
)  # fmt: skip
_BROWSERS = (
    ("wxwork", "企业微信"), ("MicroMessenger", "微信"), ("DingTalk", "钉钉"), ("QQBrowser", "QQ 浏览器"), ("360SE", "360 浏览器"),
    ("QIHU", "360 浏览器"), ("Edg", "Edge"), ("Firefox", "火狐"), ("HuaweiBrowser", "华为浏览器"), ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)  # fmt: skip


def device_words(user_agent: str) -> str:
    """`Windows 电脑 · Edge`, `安卓手机 · 微信`; what says nothing known is 其他设备."""
    machine = next((words for sign, words in _MACHINES if sign in user_agent), "其他设备")
    browser = next((words for sign, words in _BROWSERS if sign in user_agent), "")
    return f"{machine} · {browser}" if browser else machine


def masked_network(ip: str) -> str:
    """The front half of the address: enough to tell the office from elsewhere."""
    try:
        address = ip_address(ip)
    except ValueError:
        return ""
    mapped = getattr(address, "ipv4_mapped", None)
    if mapped is not None:
        address = mapped
    if address.version == 4:
        return ".".join(str(address).split(".")[:2]) + ".*.*"
    return ":".join(address.exploded.split(":")[:3]) + ":*"
