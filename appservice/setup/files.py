"""Templates and private files: written whole or not at all, and never over another."""

import os
import secrets
import tempfile
from pathlib import Path
from typing import Final

TEMPLATES: Final = Path(__file__).parents[2]
PRIVATE_FILE: Final = 0o600
READ_BY_ALL: Final = 0o644
"""Nothing secret: a server that runs as an account of its own reads it."""


def template(name: str) -> str:
    """Return the text of a template, which is an example that works."""
    return (TEMPLATES / name).read_text(encoding="utf-8")


def fill(text: str, key: str, example: str, value: str) -> str:
    """Put a value in the place of the example; both are plain words in YAML."""
    before = f"\n{key}: {example}\n"
    assert text.count(before) == 1, f"template: {key}"
    return text.replace(before, f"\n{key}: {value}\n")


def write_new(path: Path, text: str, *, mode: int = PRIVATE_FILE) -> bool:
    """Create a file, whole or not at all; False where there is one already."""
    opened, beside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(opened, "w", encoding="utf-8") as file:
            os.fchmod(opened, mode)
            file.write(text)
        os.link(beside, path)  # unlike a rename, never over another file
    except FileExistsError:
        return False
    finally:
        Path(beside).unlink()
    return True


def write_again(path: Path, text: str) -> bool:
    """Make a private file say this; False where it does already."""
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return False
    path.unlink(missing_ok=True)
    return write_new(path, text)


def write_secret(path: Path, *, mode: int = PRIVATE_FILE) -> list[Path]:
    """Make a secret where there is none, its folder too; return what is new."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return [path] if write_new(path, secrets.token_urlsafe(32), mode=mode) else []


def read_secret(path: Path) -> str:
    """Return what a secret's file says."""
    return path.read_text(encoding="utf-8").strip()
