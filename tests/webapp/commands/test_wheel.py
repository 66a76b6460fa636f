"""The wheel holds all that a search needs: templates, data and translations."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
from pathlib import Path

from tests.conftest import skip_or_fail

ROOT = Path(__file__).parents[3]


def run(*command: str | Path, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=cwd,
        env={**os.environ, "PYTHONUTF8": "1", **environment},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=280,
        check=False,
    )


def test_the_built_wheel_searches_in_a_fresh_environment(tmp_path: Path) -> None:
    build = (sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", tmp_path)
    built = run(*build, cwd=ROOT)
    assert built.returncode == 0, built.stderr
    (wheel,) = tmp_path.glob("*.whl")

    venv.create(tmp_path / "venv")
    scripts = tmp_path / "venv" / ("Scripts" if os.name == "nt" else "bin")
    # Python compiles what it loads; most of the dependencies never is.
    pip = (sys.executable, "-m", "pip", "--python", scripts / "python", "install", "--no-compile")
    installed = run(*pip, "--quiet", wheel, cwd=tmp_path)
    if installed.returncode:
        skip_or_fail(f"the wheel's dependencies cannot be installed here: {installed.stderr}")

    home = str(tmp_path / "home")
    found = run(scripts / "zhengsou", "search", "三社联动", "--format", "json", "--home", home,
                cwd=tmp_path)  # fmt: skip
    assert found.returncode == 0, found.stderr
    zones = {h["n"] for h in json.loads(found.stdout)["hits"] if h["match"] == "literal"}
    assert zones == {7, 16, 23, 31}

    probe = (
        "from webapp import create_app; from webapp.settings import Settings; from pathlib import "
        f"Path; client = create_app(Settings(home=Path({home!r}))).test_client();"
        "assert client.get('/?q=三社联动').status_code == 200;"
        "assert 'Search' in client.get('/?lang=en').text"
    )
    served = run(scripts / "python", "-c", probe, cwd=tmp_path)
    assert served.returncode == 0, served.stderr
