"""Files that lie among documents and are none: named as skipped, never as failures."""

from __future__ import annotations

from collections.abc import Container
from pathlib import PurePosixPath

_SYSTEM = {"thumbs.db", "desktop.ini", "ehthumbs.db", "icon\r"}
_PAGE_FOLDERS = ("_files", ".files", "_file", ".file")
_PAGE_EXTENSIONS = (".html", ".htm", ".shtml", ".mht", ".mhtml")


def skip_reason(label: str, siblings: Container[str]) -> str | None:
    """Why the file at the relative path ``label`` is no document; ``None``: it may be one.

    ``siblings`` tells which relative paths there are beside it.
    """
    path = PurePosixPath(label)
    name = path.name
    if "__MACOSX" in path.parts or name.lower() in _SYSTEM:
        return "操作系统生成的文件"
    if name.startswith(("~$", ".~", "~WRL")) or name.endswith(".lock"):
        return "办公软件打开文件时的临时文件"
    if any(part.startswith(".") for part in path.parts):
        return "隐藏文件"
    if name.lower().endswith(".toml") and str(path.with_suffix("")) in siblings:
        return f"“{path.stem}”的更正文件"
    for parent in path.parents:
        if _belongs_to_page(parent, siblings):
            return f"网页“{page_stem(parent)}”附带的文件"
    return None


def _belongs_to_page(folder: PurePosixPath, siblings: Container[str]) -> bool:
    """Whether a browser made the folder beside the page that it saved."""
    stem = page_stem(folder)
    return stem is not None and any(
        str(folder.with_name(stem + extension)) in siblings for extension in _PAGE_EXTENSIONS
    )


def page_stem(folder: PurePosixPath) -> str | None:
    for ending in _PAGE_FOLDERS:
        if folder.name.endswith(ending) and folder.name != ending:
            return folder.name.removesuffix(ending)
    return None
