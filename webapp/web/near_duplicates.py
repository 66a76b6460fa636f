"""The near-duplicates of each policy, for its page and the API.

A library is compared once, in a thread of its own.  The first request waits a
moment for it; if that is too short, its page says so.  Later requests find it done.
What was compared is kept beside the library (:mod:`corpus.library.duplicate_index`), so that after
a change only the policies that are new are read.
"""

from __future__ import annotations

import logging
import threading
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from corpus.errors import CorpusError
from corpus.library.duplicate_index import near_duplicates
from corpus.library.library import Library
from corpus.library.near_duplicates import NearDuplicate, percentage
from corpus.policy import Policy
from webapp.web.languages import gettext as _

_log = logging.getLogger(__name__)
#: Seconds that a page waits for a comparison that has only begun.
PATIENCE = 1.0


@dataclass(frozen=True, slots=True)
class NearDuplicatePolicy:
    """A near-duplicate of a policy, and how the two are related."""

    policy: Policy
    kind: str
    similarity: float

    @property
    def label(self) -> str:
        """How the two are related, in words."""
        return kind_label(self.kind, self.similarity)

    @property
    def share(self) -> str:
        """The similarity as a percentage."""
        return percentage(self.similarity)

    def to_dict(self) -> dict[str, Any]:
        """The object of the API."""
        policy = self.policy
        described = {"id": policy.id, "title": policy.title, "number": policy.number}
        return {
            **described,
            "date": policy.date,
            "kind": self.kind,
            "similarity": self.similarity,
        }


def kind_label(kind: str, similarity: float) -> str:
    """What a kind of :class:`~corpus.library.near_duplicates.NearDuplicate` is called."""
    labels = {
        "同文": _("内容相同") if similarity == 1 else _("内容几乎相同"),
        "修订": _("像是同一文件的不同版本"),
        "近似": _("内容相近"),
    }
    return labels[kind]


class NearDuplicates:
    """The near-duplicates in one library, as it stood when it was opened."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._pairs: Mapping[str, Sequence[NearDuplicate]] | None = None

    def is_of(self, library: Library) -> bool:
        """Whether it is this library that is compared."""
        return self._library is library

    def of(
        self, policy_id: str, patience: float = PATIENCE
    ) -> tuple[NearDuplicatePolicy, ...] | None:
        """The near-duplicates of a policy, the most similar first.

        ``None`` if that is not known after ``patience`` seconds.
        """
        with self._lock:
            if self._pairs is None and (self._thread is None or not self._thread.is_alive()):
                self._thread = threading.Thread(target=self._compare, daemon=True)
                self._thread.start()
            thread = self._thread
        if self._pairs is None and thread is not None:
            thread.join(patience)
        pairs = self._pairs
        if pairs is None:
            return None
        own = sorted(pairs.get(policy_id, ()), key=lambda pair: -pair.similarity)
        return tuple(
            NearDuplicatePolicy(
                self._library.describe(pair.other(policy_id)).policy, pair.kind, pair.similarity
            )
            for pair in own
        )

    def _compare(self) -> None:
        found: defaultdict[str, list[NearDuplicate]] = defaultdict(list)
        try:
            for pair in near_duplicates(self._library):
                found[pair.first].append(pair)
                found[pair.second].append(pair)
        except CorpusError as error:  # the next request tries again
            _log.warning("没有比较馆藏文件：%s。%s", error.message, error.hint)
            return
        self._pairs = dict(found)
