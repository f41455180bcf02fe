"""Where everything lies. One object, so that tests can point it at a folder of their own."""

import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PRIVATE = 0o600


@dataclass(frozen=True)
class Places:
    """The checkout and the folder of this installation's data (`PORTAL_VAR`, default `var/`)."""

    root: Path
    var: Path

    @classmethod
    def of_checkout(cls) -> "Places":
        return cls(ROOT, Path(os.environ.get("PORTAL_VAR") or ROOT / "var").resolve())

    @property
    def run(self) -> Path:
        return self.var / "run"

    @property
    def logs(self) -> Path:
        return self.var / "log"

    @property
    def secrets_file(self) -> Path:
        return self.var / "secrets.json"

    def create(self) -> None:
        for folder in (self.var, self.run, self.logs):
            folder.mkdir(parents=True, exist_ok=True)
        self.var.chmod(0o755 if os.geteuid() == 0 else 0o700)


def write_private(path: Path, text: str) -> None:
    """Write for this user's eyes only, whole or not at all (a kill in the middle leaves the old file)."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    draft.replace(path)


def read_json(path: Path) -> dict:
    """The file's object; an absent or damaged file reads as empty, because all of them can be made anew."""
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return value if isinstance(value, dict) else {}


def remember(path: Path, **values: object) -> dict:
    """Add values to a private JSON file and return all of it."""
    merged = {**read_json(path), **values}
    write_private(path, json.dumps(merged, ensure_ascii=False, indent=1) + "\n")
    return merged


def random_secrets(path: Path, names: tuple[str, ...]) -> dict[str, str]:
    """Random secrets of this installation, made once and kept."""
    known = read_json(path)
    missing = {name: secrets.token_urlsafe(36) for name in names if not known.get(name)}
    return remember(path, **missing) if missing else known
