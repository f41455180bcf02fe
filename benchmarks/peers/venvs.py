"""Other people's software, each in a virtual environment of its own under `var/bench/peers/`, made once by pip from PyPI."""

import subprocess
import sys
from pathlib import Path

#: Pinned, so that two runs measure the same.
PACKAGES = {
    "import-export": ("django==5.2.19", "django-import-export[xlsx]==4.4.3", "psycopg2-binary==2.9.13"),
    "ephios": ("ephios==0.27.1", "psycopg2-binary==2.9.13", "gunicorn==27.0.1"),
}


def python_of(name: str, base: Path) -> Path:
    """The interpreter of the peer's environment, which is made first where it is missing."""
    folder = base / "peers" / name
    python, done = folder / "bin" / "python", folder / "installed"
    wanted = "\n".join(PACKAGES[name])
    if done.exists() and done.read_text() == wanted:
        return python
    print(f"· installing {name}", flush=True)
    subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)
    subprocess.run(
        [str(python), "-m", "pip", "install", "-qq", "--disable-pip-version-check", *PACKAGES[name]],
        check=True,
    )
    done.write_text(wanted)
    return python
