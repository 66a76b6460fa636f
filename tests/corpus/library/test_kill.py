"""Processes that are killed while they add lose nothing acknowledged, leave nothing half done."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.killing import DOCUMENTS, kill_at_random

TIMES = 20

#: Twenty starts, and twenty looks at what they left: long on a busy machine.
pytestmark = pytest.mark.timeout(900)


def test_killed_processes_lose_nothing_and_leave_nothing_half_done(tmp_path: Path) -> None:
    left = list(kill_at_random(tmp_path, TIMES, seed=41))
    assert len(left) == TIMES
    # The kills must have met the work, not only what is before and behind it.
    assert len([one for one in left if 0 < one.held < DOCUMENTS]) > 1
    assert any(one.held > one.acknowledged or one.held > one.indexed for one in left)
