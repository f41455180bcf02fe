"""`make audit`: known vulnerabilities, the list of what is delivered, and secrets or personal data that got into the repository.

Not part of the build: the answer changes from day to day, and it needs the package index. What could not be asked counts as
not passed: an index that knows nothing of vulnerabilities must not read as “none”.
"""

import datetime
import json
import re
import subprocess
import venv
from collections.abc import Iterator
from pathlib import Path

from branch_portal.local.console import Problem, say, step
from branch_portal.local.paths import Places

_LOCK = "requirements/audit.txt"
_WAIVERS = "requirements/waivers.json"
#: What the installation runs; tools of tests and checks are looked at too, but delivered to nobody.
_DELIVERED = ("requirements.txt",)
_ALL = (*_DELIVERED, "requirements/local.txt", "requirements/dev.txt")

_SECRETS = {
    "私钥": re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----\s*\n?[A-Za-z0-9+/=]{20}"),
    "云服务密钥": re.compile(r"\b(AKIA[0-9A-Z]{16}|LTAI[0-9A-Za-z]{12,24}|AKID[0-9A-Za-z]{13,40})\b"),
    "访问令牌": re.compile(r"\b(gh[pousr]_[A-Za-z0-9]{36}|xox[abprs]-[A-Za-z0-9-]{20,}|glpat-[A-Za-z0-9_-]{20})\b"),
    "签名令牌": re.compile(r"\beyJ[A-Za-z0-9_-]{20,}\.eyJ[A-Za-z0-9_-]{20,}\.[A-Za-z0-9_-]{20,}"),
    "群机器人地址": re.compile(
        r"(qyapi\.weixin\.qq\.com/\S*key=[0-9a-f]{8}-[0-9a-f-]{27}|oapi\.dingtalk\.com/\S*access_token=[0-9a-f]{64})"
    ),
    "带密码的地址": re.compile(r"\b(?:postgres|postgresql|redis|smtp|https?)://[^\s:/@{}'\"]+:([^\s@{}'\"]{8,})@(?!127\.0\.0\.1|localhost)"),
}  # fmt: skip
#: Made up for documentation and tests.
_MADE_UP = re.compile(r"(?i)password|example|xxxx|0{8}|(.)\1{7}")
_IDENTITY = re.compile(
    r"(?<!\d)[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?!\d)"
)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def audit(places: Places, arguments: list[str]) -> int:
    python = _environment(places)
    results = {
        "软件清单": _bill_of_materials(places, python),
        "已知漏洞": _vulnerabilities(places, python),
        "机密与个人信息": _secrets(places),
    }
    for name, wrong in results.items():
        say(f"{'×' if wrong else '√'} {name}{'：' + wrong if wrong else ''}")
    return 1 if any(results.values()) else 0


def _environment(places: Places) -> Path:
    places.create()
    folder = places.var / "audit-env"
    step("准备检查工具")
    venv.create(folder, with_pip=True, clear=not (folder / "bin" / "pip").exists())
    command = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", "--require-hashes"]
    command += ["--only-binary", ":all:", "--disable-pip-version-check", "-r", str(places.root / _LOCK)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise Problem("检查工具没有装好：请检查网络和 pip 的软件源设置", done.stderr.strip()[-300:])
    return folder / "bin"


def _bill_of_materials(places: Places, programs: Path) -> str:
    """Write the SBOM; wrong when it does not name each locked package."""
    step("生成软件清单")
    target = places.var / "sbom.json"
    for lock in _DELIVERED:
        subprocess.run(
            [programs / "cyclonedx-py", "requirements", places.root / lock, "-o", target, "--of", "JSON"],
            capture_output=True, check=True,
        )  # fmt: skip
    listed = {part["name"].lower() for part in json.loads(target.read_text())["components"]}
    missing = {name.lower() for name in _locked(places, _DELIVERED)} - listed
    say(f"  {len(listed)} 个软件包，写入 {target}")
    return f"缺少 {'、'.join(sorted(missing))}" if missing else ""


def _locked(places: Places, locks: tuple[str, ...]) -> Iterator[str]:
    for lock in locks:
        text = (places.root / lock).read_text(encoding="utf-8")
        yield from re.findall(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==", text, flags=re.MULTILINE)


def _vulnerabilities(places: Places, programs: Path) -> str:
    """Each locked package is asked about; what was not answered, and what has no waiver that still runs, is wrong."""
    waived = _waivers(places)
    found, unasked, asked = [], [], 0
    for lock in _ALL:
        step(f"查询已知漏洞：{lock}")
        command = [
            str(programs / "pip-audit"),
            "-r",
            str(places.root / lock),
            "--require-hashes",
            "--disable-pip",
        ]
        done = subprocess.run(
            [*command, "-f", "json", "--progress-spinner", "off"], capture_output=True, text=True
        )
        try:
            packages = json.loads(done.stdout)["dependencies"]
        except (ValueError, KeyError):
            return f"无法查询（{done.stderr.strip()[-200:]}）"
        unasked += [package["name"] for package in packages if "skip_reason" in package]
        asked += sum("skip_reason" not in package for package in packages)
        found += [
            f"{package['name']} {package['version']} {known['id']}"
            for package in packages
            for known in package.get("vulns", [])
            if known["id"] not in waived
        ]
    say(f"  查询到 {asked} 个，未查询到 {len(unasked)} 个")
    if found:
        return "；".join(found)
    return f"{len(unasked)} 个软件包在软件源中查不到漏洞信息，请在能访问 PyPI 的机器上重做" if unasked else ""


def _waivers(places: Places) -> set[str]:
    """{"id": {"until": "2027-01-31", "reason": "…"}}: an accepted finding, with its last day."""
    today = datetime.datetime.now().date().isoformat()
    waivers = json.loads((places.root / _WAIVERS).read_text(encoding="utf-8"))
    return {name for name, waiver in waivers.items() if waiver["reason"] and waiver["until"] >= today}


def _secrets(places: Places) -> str:
    step("检查仓库中的机密与个人信息")
    files = subprocess.run(
        ["git", "ls-files", "-z"], cwd=places.root, capture_output=True, text=True, check=True
    ).stdout.split("\0")
    wrong = [
        f"{name}:{line} {what}" for name in files if name for line, what in secrets_in(places.root, name)
    ]
    return "；".join(wrong[:20])


def secrets_in(root: Path, name: str) -> Iterator[tuple[int, str]]:
    """(line, what) for each place of a file that looks like a secret; outside tests also like somebody's identity number."""
    try:
        text = (root / name).read_text(encoding="utf-8")
    except (UnicodeDecodeError, FileNotFoundError, IsADirectoryError):
        return
    patterns = dict(_SECRETS)
    for what, pattern in patterns.items():
        for match in pattern.finditer(text):
            if not _MADE_UP.search(match[0]):
                yield text.count("\n", 0, match.start()) + 1, what
    if not name.startswith("tests/"):
        for match in _IDENTITY.finditer(text):
            if _checks(match[0]):
                yield text.count("\n", 0, match.start()) + 1, "公民身份号码"


def _checks(number: str) -> bool:
    """GB 11643: whether the last sign is that of the first seventeen."""
    total = sum(int(digit) * weight for digit, weight in zip(number, _WEIGHTS, strict=False))
    return "10X98765432"[total % 11] == number[-1].upper()
