"""How well the themes hold on other lists than the bundled notice.

    python -m tests.bench.themes [--half first|second] [--misses]

The zones of ``tests/data/themes`` carry the themes that a reader found.  Precision is the
share of assigned themes that the reader found too, recall the share of the reader's that
are assigned, both over all zones of a half.  ``--misses`` names what is wrong, zone by zone.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from corpus.policy import Record
from indexer.themes.lexicon import default_lexicon
from tests.support.zone_lists import HALVES, LabelledZone, zone_lists


@dataclass
class Counts:
    """Assignments by theme: right, needless and missing ones."""

    right: Counter[str] = field(default_factory=Counter)
    needless: Counter[str] = field(default_factory=Counter)
    missing: Counter[str] = field(default_factory=Counter)

    def scores(self, themes: Iterable[str]) -> tuple[float, float]:
        """Precision and recall over these themes; not a number where nothing counts."""
        named = tuple(themes)
        right, needless, missing = (
            sum(counts[name] for name in named)
            for counts in (self.right, self.needless, self.missing)
        )
        return _share(right, right + needless), _share(right, right + missing)

    @property
    def themes(self) -> list[str]:
        """The themes that were found or should have been, the most frequent first."""
        every = self.right + self.needless + self.missing
        return [name for name, _ in every.most_common()]


def found_themes(text: str) -> frozenset[str]:
    """The themes that the packaged lexicon finds in a text."""
    record = Record("list/zone-1", "zone", 1, "", text, None, None, None, ())
    return frozenset(default_lexicon().assign(record))


def count(zones: Iterable[LabelledZone]) -> Counts:
    """What is right and wrong on some zones."""
    counts = Counts()
    for zone in zones:
        found = found_themes(zone.text)
        counts.right.update(found & zone.themes)
        counts.needless.update(found - zone.themes)
        counts.missing.update(zone.themes - found)
    return counts


def zones_of(half: str) -> tuple[LabelledZone, ...]:
    """The zones of all lists of a half."""
    return tuple(zone for each in zone_lists() if each.half == half for zone in each.zones)


def _share(part: int, whole: int) -> float:
    return part / whole if whole else float("nan")


def _report(half: str) -> Iterator[str]:
    zones = zones_of(half)
    counts = count(zones)
    precision, recall = counts.scores(counts.themes)
    lists = sum(each.half == half for each in zone_lists())
    labels = sum(len(zone.themes) for zone in zones)
    yield (
        f"{half} half: {lists} lists, {len(zones)} zones, {labels} labels: "
        f"precision {precision:.3f}, recall {recall:.3f}"
    )
    for name in counts.themes:
        precision, recall = counts.scores([name])
        numbers = (counts.right[name], counts.needless[name], counts.missing[name])
        said = "right {:3}  needless {:3}  missing {:3}".format(*numbers)
        yield f"  {precision:5.2f} {recall:5.2f}  {said}  {name}"


def _misses(half: str) -> Iterator[str]:
    for zone in zones_of(half):
        found = found_themes(zone.text)
        if found != zone.themes:
            wrong = [f"+{name}" for name in sorted(found - zone.themes)]
            wrong += [f"-{name}" for name in sorted(zone.themes - found)]
            yield f"{zone.text}\n    {' '.join(wrong)}"


def main() -> None:
    """Prints precision and recall per half and per theme."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--half", choices=HALVES)
    parser.add_argument("--misses", action="store_true")
    args = parser.parse_args()
    for half in [args.half] if args.half else HALVES:
        print("\n".join((*_report(half), *(_misses(half) if args.misses else ()))))


if __name__ == "__main__":
    main()
