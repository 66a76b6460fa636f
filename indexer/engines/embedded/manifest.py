"""The manifest of an index version: what its directory must hold.

``manifest.json`` lists every file of the version with its SHA-256.  It is
written last, when all of them are on the disk, so a directory without it is no
version.  It is read first: Whoosh's table of contents is a pickle, which can run
code, and Whoosh would not notice a flipped byte; nothing of a version is opened
before its files are what the manifest says (:func:`verified`).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import cache
from importlib import metadata
from pathlib import Path

from corpus.files import write_atomically
from indexer.engines.embedded.verification import STAMP, verify_files
from indexer.errors import EngineUnavailable, IndexDamaged
from indexer.results.model import IndexInfo

FILE = "manifest.json"
#: Changes whenever an index of an older program cannot be read any more.
FORMAT = 5
REBUILD_HINT = "请执行 zhengsou index --rebuild 重建索引"


@cache
def program() -> str:
    """The version of this program."""
    return metadata.version("zhengsou")


@dataclass(frozen=True, slots=True)
class Manifest:
    """What is known of a version.

    ``files`` maps file names to SHA-256; ``library`` and ``stamp`` say of
    which content and which analysis the index is made, ``analysis`` the same
    as ``stamp`` but for the themes.  ``format`` and ``program`` say what wrote it.
    """

    version: str
    built_at: str
    records: int
    stamp: str
    library: str
    files: dict[str, str]
    analysis: str = ""
    format: int = 0
    program: str = ""

    @property
    def info(self) -> IndexInfo:
        """What a result says of the index it is from."""
        return IndexInfo(self.version, self.built_at, self.records, self.stamp)

    def dumps(self) -> bytes:
        """As JSON."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1).encode("utf-8")


def _loads(text: str) -> Manifest:
    """From JSON; raises ``ValueError``, ``TypeError`` or ``KeyError`` if it is none.

    What a newer program adds is left out: of its manifests only the format counts.
    """
    content = json.loads(text)
    manifest = Manifest(**{name: content[name] for name in _FIELDS if name in content})
    names = (manifest.version, manifest.built_at, manifest.stamp, manifest.library)
    files = manifest.files
    numbers = isinstance(manifest.records, int) and isinstance(manifest.format, int)
    if not numbers or not isinstance(files, dict) or not files:
        raise ValueError("no count of records, no format, or no files")
    if not all(isinstance(text, str) for text in (*names, *files, *files.values())):
        raise ValueError("not text")
    return manifest


_FIELDS = Manifest.__dataclass_fields__


def read_manifest(directory: Path) -> Manifest:
    """The manifest of a version.

    Raises :class:`~indexer.errors.IndexDamaged` where there is none that can be
    read, :class:`~indexer.errors.EngineUnavailable` where the directory is gone.
    """
    path = directory / FILE
    try:
        return _loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        if not directory.exists():
            raise EngineUnavailable(
                f"索引版本 {directory} 刚刚被新的版本取代", "请稍后再试"
            ) from error
        raise IndexDamaged(
            f"目录 {directory} 里没有索引清单 {FILE}，不是本程序完整写成的索引",
            f"请改用本程序建立的索引，或{REBUILD_HINT[1:]}",
        ) from error
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise IndexDamaged(f"索引清单 {path} 无法读取", REBUILD_HINT) from error


def problems(directory: Path, manifest: Manifest, *, in_full: bool = False) -> Iterator[str]:
    """What is wrong with a version's files, one sentence each.

    A file that the manifest does not list is wrong too: Whoosh might read it,
    and its format can carry code.  With ``in_full`` all content is read,
    however lately it was.
    """
    for path in sorted(directory.iterdir()):
        listed = path.name in (FILE, STAMP) or path.name in manifest.files
        if not listed and not is_passing(path):
            yield f"索引目录里有清单之外的文件 {path}"
    content = (directory / FILE).read_bytes()
    yield from verify_files(directory, content, manifest.files, in_full=in_full)


def verified(directory: Path) -> Manifest:
    """The manifest of a version whose files are as it says.

    Raises :class:`~indexer.errors.IndexDamaged` where they are not, or where
    another format was written, and as :func:`read_manifest`.
    """
    manifest = read_manifest(directory)
    if manifest.format != FORMAT:
        raise IndexDamaged(format_problem(manifest), REBUILD_HINT)
    problem = next(problems(directory, manifest), "")
    if problem:
        raise IndexDamaged(problem, REBUILD_HINT)
    return manifest


def format_problem(manifest: Manifest) -> str:
    """Why a version of another format cannot be read, in words; empty for one of this format."""
    if manifest.format == FORMAT:
        return ""
    age = "较新" if manifest.format > FORMAT else "较旧"
    written = manifest.format or "未标明"
    return f"索引由{age}版本的程序写成（格式 {written}，本程序读写格式 {FORMAT}）"


def write_manifest(directory: Path, manifest: Manifest) -> bytes:
    """Writes the manifest; raises ``OSError``.  Gives its content."""
    content = manifest.dumps()
    write_atomically(directory / FILE, content)
    return content


def is_passing(path: Path) -> bool:
    """Whether a file is a lock, or half of one that is being replaced."""
    return path.name.endswith("LOCK") or path.name.startswith(".")
