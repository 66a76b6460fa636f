"""Sequences whose items are made when they are looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar, overload

T = TypeVar("T")
A = TypeVar("A")
B = TypeVar("B")


class LazySequence(Sequence[T]):
    """``size`` items; ``make(first, last)`` gives those from ``first`` to ``last`` - 1.

    Equal to the tuple of them.  A page of results has thousands of facet
    values, of which most faces show a few: a slice costs what is in it.  The
    first items, the ``head``, may be made already.
    """

    __slots__ = ("_head", "_make", "_size")

    def __init__(
        self, size: int, make: Callable[[int, int], tuple[T, ...]], head: tuple[T, ...] = ()
    ) -> None:
        self._size = size
        self._make = make
        self._head = head

    def _all(self) -> tuple[T, ...]:
        return self._make(0, self._size)

    @overload
    def __getitem__(self, at: int) -> T: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[T, ...]: ...
    def __getitem__(self, at: int | slice) -> T | tuple[T, ...]:
        if isinstance(at, slice):
            # The commonest look, and the cheapest: at the first few.
            if not at.start and at.step is None and 0 <= (at.stop or -1) <= len(self._head):
                return self._head[: at.stop]
            first, last, step = at.indices(self._size)
            return self._make(first, max(first, last)) if step == 1 else self._all()[at]
        place = range(self._size)[at]
        return self._make(place, place + 1)[0]

    def __iter__(self) -> Iterator[T]:
        return iter(self._all())

    def __len__(self) -> int:
        return self._size

    def __eq__(self, other: object) -> bool:
        if isinstance(other, LazySequence):
            return self._all() == other._all()
        return self._all() == other

    def __hash__(self) -> int:
        return hash(self._all())

    def __repr__(self) -> str:
        return repr(self._all())


class LazyPairs(LazySequence[tuple[A, B]]):
    """Pairs, which are also there as two columns: who writes all out needs no pair of them.

    ``columns(first, last)`` gives both parts of the pairs from ``first`` to ``last`` - 1.
    """

    __slots__ = ("_columns",)

    def __init__(
        self,
        size: int,
        columns: Callable[[int, int], tuple[Sequence[A], Sequence[B]]],
        head: tuple[tuple[A, B], ...] = (),
    ) -> None:
        def pairs(first: int, last: int) -> tuple[tuple[A, B], ...]:
            return tuple(zip(*columns(first, last), strict=True))

        super().__init__(size, pairs, head)
        self._columns = columns

    def each(self) -> Iterator[tuple[A, B]]:
        """All pairs one after the other, none of which is kept."""
        return zip(*self._columns(0, len(self)), strict=True)
