import pytest

from branch_portal.local.bootstrap import _copy_asset
from branch_portal.local.paths import ROOT

LOCKS = ["requirements.txt", "requirements/local.txt", "requirements/dev.txt", "requirements/node.txt"]


@pytest.mark.parametrize(
    ("content", "copied"),
    [
        (b"a()\n//# sourceMappingURL=a.js.map\n", b"a()\n"),
        (b"a{b:c}\n/*# sourceMappingURL=a.css.map */", b"a{b:c}\n"),
        (b"a{b:c}/*# sourceMappingURL=a.css.map*/\n", b"a{b:c}\n"),
        (b"a()\n", b"a()\n"),
    ],
)
def test_the_pointer_to_a_source_map_is_not_copied(tmp_path, content, copied):
    (tmp_path / "from").mkdir()
    (tmp_path / "from" / "a.js").write_bytes(content)
    _copy_asset(tmp_path / "from" / "a.js", tmp_path)
    assert (tmp_path / "a.js").read_bytes() == copied


@pytest.mark.parametrize("name", [*LOCKS, "package-lock.json"])
def test_lock_files_pin_by_hash_and_name_no_download_address(name):
    text = (ROOT / name).read_text(encoding="utf-8")

    assert "--index" not in text and "--find-links" not in text and '"resolved"' not in text
    if name.endswith(".txt"):
        pinned = [line for line in text.splitlines() if line and not line.startswith((" ", "#"))]
        assert pinned and all("==" in line and line.endswith("\\") for line in pinned)
        assert "://" not in text
