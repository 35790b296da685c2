"""The installation's own secret: made once, kept beside its data, readable by its owner only."""

import contextlib
import os
import secrets
from pathlib import Path


def load_or_make_secret(folder: Path) -> str:
    """Return the secret in `folder/secret.key`, making it on first use. Two processes starting at once agree on one."""
    path = folder / "secret.key"
    with contextlib.suppress(FileExistsError):
        temporary = folder / f".secret.{os.getpid()}"
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(64))
        try:
            if not path.exists():
                os.link(temporary, path)  # fails where the other process was first
        finally:
            temporary.unlink(missing_ok=True)
    return path.read_text().strip()
