"""Who may change the library over the web: the holder of the administrator's token.

    <home>/admin/credentials.json    the token's hash, and the key that signs sessions

The token is made by the command line (``zhengsou token``), shown once and never
stored: it is 256 random bits, so its bare SHA-256 gives nothing away and cannot
be guessed.  Where a request comes from proves nothing, since behind a proxy all
come from the same machine; without the file nobody gets in.  A new token brings
a new key, which ends every session of the old one.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from corpus.files import write_atomically
from webapp.errors import AdminError

#: Begins every token, so that one is recognised where it was pasted by mistake.
PREFIX = "zs_"
_BYTES = 32
_FILE = Path("admin", "credentials.json")
_NEW_TOKEN = "请执行 zhengsou token --new 生成新的口令"


@dataclass(frozen=True, slots=True)
class Credentials:
    """What is kept of a token: its SHA-256 in hex, the sessions' key, and when it was made."""

    token_sha256: str
    key: str
    created_at: str

    def fits(self, token: str) -> bool:
        """Whether ``token`` is the one; takes the same time whether it is or not."""
        return hmac.compare_digest(_hash(token.strip()), self.token_sha256)


def read_credentials(home: Path) -> Credentials | None:
    """The credentials of a home; ``None`` where no token was ever made.

    Raises :class:`~webapp.errors.AdminError` when the file cannot be read.
    """
    path = home / _FILE
    try:
        found = Credentials(**json.loads(path.read_bytes().decode("utf-8")))
        if not all(isinstance(value, str) for value in asdict(found).values()):
            raise TypeError
        return found
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise AdminError(f"无法读取管理口令文件“{path}”：{error.strerror}", _NEW_TOKEN) from error
    except (ValueError, TypeError) as error:
        raise AdminError(f"管理口令文件“{path}”已损坏", _NEW_TOKEN) from error


def new_token(home: Path) -> str:
    """Makes a token and keeps its hash; the one before is no longer valid.

    Raises :class:`~webapp.errors.AdminError` when it cannot be kept.
    """
    token = PREFIX + secrets.token_urlsafe(_BYTES)
    now = datetime.now(UTC).isoformat(timespec="seconds")
    kept = Credentials(_hash(token), secrets.token_hex(_BYTES), now)
    path = home / _FILE
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, json.dumps(asdict(kept)).encode("ascii"))
    except OSError as error:
        raise AdminError(
            f"无法写入“{path}”：{error.strerror or error}", "请检查目录权限和磁盘空间后再试"
        ) from error
    return token


def revoke_token(home: Path) -> bool:
    """Closes the management pages; whether there was a token.

    Raises :class:`~webapp.errors.AdminError` when the file cannot be removed.
    """
    path = home / _FILE
    try:
        path.unlink()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError as error:
        raise AdminError(
            f"无法删除“{path}”：{error.strerror or error}", "请检查目录权限后再试"
        ) from error
    return True


def has_token(home: Path) -> bool:
    """Whether a token was made, usable or not; costs no more than a look at the folder."""
    return (home / _FILE).is_file()


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
