"""Whether a policy is still in force is said wherever it is known, and only there."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from click.testing import CliRunner

from indexer.versions.ingest import add_paths
from tests.conftest import NUMBER
from tests.support.samples import NOTICE
from webapp import create_app
from webapp.commands.list import command
from webapp.settings import Settings

CORRECTION = """validity = "失效"
validity_note = "试点期满"
successor = "东政〔2023〕2号"
"""


def test_a_policy_out_of_force_says_so(home: Path, searcher: object, tmp_path: Path) -> None:
    own = tmp_path / "home"
    shutil.copytree(home, own, ignore=shutil.ignore_patterns("*.lock", ".lock"))
    (tmp_path / "通知.txt").write_text(NOTICE, encoding="utf-8")
    (tmp_path / "通知.txt.toml").write_text(CORRECTION, encoding="utf-8")
    add_paths(own, [tmp_path / "通知.txt"])
    app = create_app(Settings(own))
    client = app.test_client()
    page = client.get("/policy/东政〔2020〕7号").text
    assert "失效" in page and "试点期满" in page and "东政〔2023〕2号" in page
    assert ">失效</span>" in client.get("/?q=“决定开展试点”").text
    assert "失效" not in client.get(f"/policy/{NUMBER}").text
    app.extensions["zhengsou"].searcher.close()
    form = ("--home", str(own), "--format", "json")
    listed = json.loads(CliRunner().invoke(command, form).stdout)["policies"]
    told = {one["id"]: (one["validity"], one["validity_note"], one["successor"]) for one in listed}
    assert told["东政〔2020〕7号"] == ("失效", "试点期满", "东政〔2023〕2号")
    assert told[NUMBER] == (None, None, None)
    table = CliRunner().invoke(command, ("--home", str(own))).stdout
    assert "失效，试点期满" in table and "东政〔2023〕2号" in table
