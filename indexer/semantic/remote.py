"""An encoder behind an address that the user set, as OpenAI's embeddings are asked for.

``POST <address>/embeddings`` with ``{"model", "input": [texts], "encoding_format": "float"}``
answers ``{"data": [{"index", "embedding"}]}``; local servers of many makes understand it.
Texts go out in batches.  What may pass by itself (a lost connection, 429, 5xx) is tried
again; a redirect is not followed, so that texts go to the set address and nowhere else.
Proxies of the environment are not used, for the same reason.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import urllib3
from numpy.typing import NDArray

from indexer.semantic.encoder import Identity, SemanticError, Vectors, normalised

#: Texts that go out in one request.
BATCH = 32
_RETRIED = (429, 500, 502, 503, 504)
_HINT = "检索照常，只是没有“意思相近”。请检查 semantic.toml 里的地址和那台服务器"
#: A longer answer than this for each text is no vector.
_MOST_BYTES = 512 * 1024


@dataclass(frozen=True, slots=True)
class RemoteSettings:
    """Where the model is and how it is asked.

    The prefixes are what the model expects before a text.  ``dimension`` is 0 where it is
    not known; ``timeout`` is in seconds, for one try, ``retries`` the further tries.
    """

    address: str
    model: str
    key: str = ""
    query_prefix: str = ""
    passage_prefix: str = ""
    dimension: int = 0
    timeout: float = 30.0
    query_timeout: float = 3.0
    retries: int = 2


class RemoteEncoder:
    """A model at an address."""

    def __init__(self, settings: RemoteSettings) -> None:
        self._settings = settings
        self._pool = urllib3.PoolManager(num_pools=1, maxsize=4)
        detail = f"{settings.query_prefix}\n{settings.passage_prefix}\n{settings.dimension or ''}"
        self.identity = Identity(settings.model, "", settings.address, detail)

    def passages(self, texts: Sequence[str], *, awaited: bool = False) -> Vectors:
        prefixed = [self._settings.passage_prefix + text for text in texts]
        batches = [prefixed[at : at + BATCH] for at in range(0, len(texts), BATCH)]
        return normalised(np.concatenate([self._ask(each, awaited) for each in batches]))

    def query(self, text: str) -> NDArray[np.float32]:
        asked = [self._settings.query_prefix + text]
        return np.asarray(normalised(self._ask(asked, awaited=True))[0])

    def _ask(self, texts: list[str], awaited: bool) -> NDArray[Any]:
        """The vectors of a batch, in its order; one that is awaited has less time, and one try."""
        known = self._settings
        timeout, retries = (known.query_timeout, 0) if awaited else (known.timeout, known.retries)
        headers = {"Content-Type": "application/json"}
        if self._settings.key:
            headers["Authorization"] = f"Bearer {self._settings.key}"
        body = {"model": self._settings.model, "input": texts, "encoding_format": "float"}
        try:
            answer = self._pool.request(
                "POST",
                self._settings.address.rstrip("/") + "/embeddings",
                body=json.dumps(body).encode("utf-8"),
                headers=headers,
                timeout=urllib3.Timeout(total=timeout),
                retries=_retries(retries),
                preload_content=False,
            )
            try:
                content = answer.read(_MOST_BYTES * len(texts), decode_content=True)
            finally:
                answer.close()
        except (urllib3.exceptions.HTTPError, OSError, ValueError) as error:
            raise self._failure(_reason(error)) from error
        if answer.status != 200:
            raise self._failure(f"它回答的状态是 {answer.status}")
        return self._read(content, len(texts))

    def _read(self, content: bytes, many: int) -> NDArray[Any]:
        try:
            data = sorted(json.loads(content)["data"], key=lambda each: int(each.get("index", 0)))
            rows = np.array([each["embedding"] for each in data], np.float64)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise self._failure("它的回答不是向量") from error
        if rows.ndim != 2 or len(rows) != many:
            raise self._failure("它回答的向量的个数或长短不对")
        expected = self._settings.dimension
        if expected and rows.shape[1] != expected:
            raise self._failure(f"它回答的向量有 {rows.shape[1]} 维，设定的是 {expected} 维")
        return rows

    def _failure(self, reason: str) -> SemanticError:
        return SemanticError(f"编码服务 {self._settings.address} 不能使用：{reason}", _HINT)


def _retries(many: int) -> urllib3.Retry:
    """Further tries, a second and more apart, for what may pass by itself."""
    return urllib3.Retry(
        total=many,
        redirect=0,
        status_forcelist=_RETRIED,
        allowed_methods=None,
        backoff_factor=0.5,
        raise_on_status=False,
        raise_on_redirect=False,
    )


def _reason(error: Exception) -> str:
    cause = getattr(error, "reason", None) or error
    if isinstance(cause, urllib3.exceptions.NewConnectionError):
        return "连接不上"
    if isinstance(cause, urllib3.exceptions.TimeoutError):
        return "没有及时回答"
    return f"连接中断（{type(cause).__name__}）"
