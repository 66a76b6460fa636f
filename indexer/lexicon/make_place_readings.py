"""Makes ``place_readings.tsv`` from a published table of divisions with their readings.

Run once per release of the data set, never at run time:

    python make_place_readings.py ok_data_level3.csv

The argument is the table of provinces, prefectures and counties that README.md names.
Kept are the names that pypinyin alone reads otherwise.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

from pypinyin import lazy_pinyin

_HEAD = ("name", "stem", "reading")
_LAST_PROVINCE = "65"  # what follows is not divided in GB/T 2260


def main(table: Path) -> None:
    """Writes the readings beside this file."""
    kept = []
    with table.open(encoding="utf-8-sig", newline="") as stream:
        for row in csv.DictReader(stream):
            stem, reading, name = row["name"], row["pinyin"].split(), row["ext_name"]
            if row["id"][:2] > _LAST_PROVINCE or len(reading) != len(stem):
                continue
            if lazy_pinyin(name)[: len(stem)] != reading or lazy_pinyin(stem) != reading:
                kept.append((name, stem, " ".join(reading)))
    target = Path(__file__).with_name("place_readings.tsv")
    with target.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, delimiter="\t", lineterminator="\n").writerows([_HEAD, *sorted(kept)])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
