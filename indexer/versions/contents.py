"""Which policies an index version holds, and of which content.

``contents.json`` among a version's side data maps policy ids to the fingerprint
that the policy had in the library and the number of its records: from it
follows what an update must add and delete.  ``behind`` counts the records that
changed since the suggestions were last made (:mod:`indexer.suggest.completion`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from corpus.library.library import Held

#: The side data of an index version that keeps it.
CONTENTS = "contents.json"


@dataclass(frozen=True, slots=True)
class Contents:
    """Policy ids with their fingerprints and numbers of records."""

    policies: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    behind: int = 0

    @property
    def records(self) -> int:
        """How many records there are."""
        return sum(count for _, count in self.policies.values())

    def gone(self, held: Mapping[str, Held]) -> list[str]:
        """The ids of policies that are no more, or are something else now."""
        return [
            policy_id
            for policy_id, (fingerprint, _) in self.policies.items()
            if policy_id not in held or held[policy_id].fingerprint != fingerprint
        ]

    def new(self, held: Mapping[str, Held]) -> list[str]:
        """The ids of policies that are new or something else now."""
        return [
            policy_id
            for policy_id, each in held.items()
            if self.policies.get(policy_id, ("", 0))[0] != each.fingerprint
        ]

    def dumps(self) -> bytes:
        """As an index version keeps it."""
        rows = {policy_id: list(row) for policy_id, row in self.policies.items()}
        text = json.dumps({"policies": rows, "behind": self.behind}, ensure_ascii=False)
        return text.encode("utf-8")


def load_contents(kept: bytes | None) -> Contents | None:
    """What a version holds; ``None`` where it cannot tell."""
    if kept is None:
        return None
    try:
        content = json.loads(kept)
        policies = {
            policy_id: (str(fingerprint), int(count))
            for policy_id, (fingerprint, count) in content["policies"].items()
        }
        return Contents(policies, int(content["behind"]))
    except (ValueError, TypeError, KeyError):
        return None
