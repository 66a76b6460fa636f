"""OFD files for tests: some written by ofdrw, some put together part by part.

ofdrw is a Java library that knows nothing of the reader under test.  What it
does not write (several documents, composite objects, text that is not drawn) is
put together here as the standard says.
"""

from __future__ import annotations

import io
import shutil
import subprocess
import zipfile
from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import escape

from tests.support.notice_files import HEAD, NoticeParts

_SOURCES = Path(__file__).parent / "ofd"
_NAMESPACE = 'xmlns:ofd="http://www.ofdspec.org/2016"'


def lines_of(parts: NoticeParts, attached: Path) -> list[str]:
    """The notice in the words of ``WriteNotice.java``: a page of text, and its table behind it."""
    *paragraphs, appendix, title = parts.paragraphs
    return [
        "H\t民政部文件",
        "F\t— # —",
        f"A\t实验任务说明.txt\t{attached}",
        f"T\t{paragraphs[0]}",
        *(f"P\t{paragraph}" for paragraph in paragraphs[1:]),
        "N",
        f"P\t{appendix}",
        f"T\t{title}",
        *("\t".join(("R", *row)) for row in (HEAD, *parts.rows)),
        "P\t（此件公开发布）",
    ]


def written_by_ofdrw(lines: Sequence[str], folder: Path) -> bytes:
    """The file that ``WriteNotice.java`` writes; Maven fetches ofdrw where it is not there yet.

    Raises :class:`subprocess.CalledProcessError` where it cannot be fetched.
    """
    source, target = folder / "lines.txt", folder / "written.ofd"
    source.write_text("\n".join(lines), encoding="utf-8")
    java = shutil.which("java") or "java"
    program = str(_SOURCES / "WriteNotice.java")
    command = [java, "-cp", _class_path(folder), program, str(target), str(source)]
    subprocess.run(command, check=True, timeout=120, capture_output=True)
    return target.read_bytes()


def _class_path(folder: Path) -> str:
    found = folder / "class-path.txt"
    if not found.exists():
        maven = shutil.which("mvn") or "mvn"
        command = [maven, "-q", "-B", "-f", str(_SOURCES / "pom.xml")]
        command += ["dependency:build-classpath", f"-Dmdep.outputFile={found}"]
        subprocess.run(command, check=True, timeout=240, capture_output=True)
    return found.read_text(encoding="utf-8")


def page(*objects: str, before: str = "", size: str = "0 0 210 297") -> str:
    """A page with a layer of objects; ``before`` stands before its content."""
    return (
        f"<ofd:Page {_NAMESPACE}>{before}<ofd:Area><ofd:PhysicalBox>{size}</ofd:PhysicalBox>"
        f'</ofd:Area><ofd:Content><ofd:Layer ID="2">{"".join(objects)}</ofd:Layer></ofd:Content>'
        "</ofd:Page>"
    )


def text(words: str, x: float, y: float, size: float = 5, more: str = "", code: str = "") -> str:
    """A text object that begins at ``x`` and whose box begins at ``y``, in millimetres."""
    return (
        f'<ofd:TextObject ID="9" Font="1" Boundary="{x} {y} 150 {size}" Size="{size}" {more}>'
        f'<ofd:TextCode X="0" Y="{size}" {code}>{escape(words)}</ofd:TextCode></ofd:TextObject>'
    )


def path(data: str, boundary: str = "0 0 210 297", more: str = "") -> str:
    return (
        f'<ofd:PathObject ID="9" Boundary="{boundary}" {more}>'
        f"<ofd:AbbreviatedData>{data}</ofd:AbbreviatedData></ofd:PathObject>"
    )


def document(pages: Sequence[str], common: str = "", more: str = "") -> dict[str, str | bytes]:
    """The parts of one document, by their places in its folder."""
    listed = "".join(f'<ofd:Page ID="{at}" BaseLoc="Pages/{at}.xml"/>' for at in range(len(pages)))
    root = (
        f"<ofd:Document {_NAMESPACE}><ofd:CommonData>{common}<ofd:PageArea><ofd:PhysicalBox>"
        "0 0 210 297</ofd:PhysicalBox></ofd:PageArea></ofd:CommonData>"
        f"<ofd:Pages>{listed}</ofd:Pages>{more}</ofd:Document>"
    )
    return {"Document.xml": root, **{f"Pages/{at}.xml": each for at, each in enumerate(pages)}}


def package(*documents: dict[str, str | bytes], titles: Sequence[str] = ()) -> bytes:
    """An OFD file of the documents."""
    bodies = "".join(
        f"<ofd:DocBody><ofd:DocInfo><ofd:DocID>{at}</ofd:DocID>"
        f"<ofd:Title>{titles[at] if titles else ''}</ofd:Title></ofd:DocInfo>"
        f"<ofd:DocRoot>Doc_{at}/Document.xml</ofd:DocRoot></ofd:DocBody>"
        for at in range(len(documents))
    )
    root = f'<ofd:OFD {_NAMESPACE} Version="1.1" DocType="OFD">{bodies}</ofd:OFD>'
    parts: dict[str, str | bytes] = {"OFD.xml": root}
    for at, each in enumerate(documents):
        parts |= {f"Doc_{at}/{place}": part for place, part in each.items()}
    return zipped_parts(parts)


def zipped_parts(parts: dict[str, str | bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return file.getvalue()
