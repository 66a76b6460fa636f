"""Colours for counts: one hue, from pale to deep, so that order shows without colour vision.

A step's ink is what is legible on it (WCAG 2.1 AA, 4.5 : 1; a test measures
it here and in the style sheet).  Step 0 means none.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class Step:
    """A fill, and the colour of text on it; ``#rrggbb``."""

    fill: str
    ink: str


STEPS = (
    Step("#f2f0ea", "#565d66"),
    Step("#dbe7f5", "#1d2126"),
    Step("#a9c6e8", "#1d2126"),
    Step("#6b9bd1", "#111418"),
    Step("#2f66a8", "#ffffff"),
    Step("#12386b", "#ffffff"),
)
DEEPEST = len(STEPS) - 1
#: Text and quiet text, lines, and the mark of what is chosen, on white paper.
INK, SOFT, LINE, CHOSEN = "#1d2126", "#565d66", "#dedad1", "#9b2c1f"


@dataclass(frozen=True, slots=True)
class Scale:
    """Counts up to ``most`` in equal steps; a count of none is step 0."""

    most: int

    def step(self, count: int) -> int:
        """The step of a count, 0 to 5."""
        if count <= 0 or self.most <= 0:
            return 0
        used = min(DEEPEST, self.most)
        within = min(used, -(-count * used // self.most))
        # Where there are fewer counts than steps, the palest is too near to none.
        return within if used == DEEPEST else within + 1

    def legend(self) -> tuple[tuple[int, int, int], ...]:
        """``(step, lowest count, highest count)`` of every step that is used."""
        bounds: dict[int, tuple[int, int]] = {}
        used = min(DEEPEST, self.most)
        edges = [self.most * i // used for i in range(used + 1)] if used else []
        for low, high in pairwise(edges):
            bounds[self.step(high)] = (low + 1, high)
        return tuple((step, low, high) for step, (low, high) in sorted(bounds.items()))
