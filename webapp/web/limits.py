"""How much the management pages take at once."""

from __future__ import annotations

#: Bytes of all files and their form in one upload.
MAX_UPLOAD = 500_000_000
#: Files in one upload.
MAX_FILES = 200
#: Bytes of a theme file with its form: far more than one written by hand.
MAX_THEMES = 4_000_000
#: Bytes of a form that corrects a policy and a hundred of its rows.
MAX_CORRECTION = 4_000_000
#: The endpoints that take more than a small form, and how many bytes.
BODIES = {
    "admin.upload": MAX_UPLOAD,
    "admin.batch_correct": MAX_CORRECTION,
    "admin.correct": MAX_CORRECTION,
    "admin.theme_preview": MAX_THEMES,
    "admin.theme_apply": MAX_THEMES,
}


def megabytes(size: int) -> str:
    """A number of bytes as a reader takes it in."""
    return f"{size // 1_000_000} MB"
