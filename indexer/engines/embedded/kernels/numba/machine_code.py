"""Where the machine code of the kernels is kept.

In the user's cache directory, under a name that is made of all sources of this
package: numba itself knows a kernel by its own file alone, and would go on with
an old form of a part that stands in another.  Where that directory cannot be
written to, nothing is kept, and every process compiles.  ``NUMBA_CACHE_DIR``
names another one.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Any

import platformdirs
from numba import config

#: numba's settings are attributes that its stubs do not know.
_settings: Any = config


def keep_apart_by_sources() -> str | None:
    """Gives the kernels of these very sources a directory; ``None`` if it cannot be written to."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.rglob("*.py")):
        digest.update(path.read_bytes())
    chosen = _settings.CACHE_DIR or platformdirs.user_cache_dir("zhengsou", False)
    directory = Path(chosen) / f"kernels-{digest.hexdigest()[:16]}"
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError:
        return None
    _settings.CACHE_DIR = str(directory)
    return str(directory) if os.access(directory, os.W_OK) else None
