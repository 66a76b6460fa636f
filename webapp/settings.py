"""What a running server must know before it starts: one frozen value.

The command line builds :class:`Settings` from its options and hands them to
the workers; any other WSGI server that calls ``create_app()`` has them read
from the environment (:meth:`Settings.from_environment`).

The URL prefix is mounted by the application itself
(:class:`webapp.web.outside.PrefixMount`), so the server in front of it is to be
run without a prefix of its own; one that sets ``SCRIPT_NAME`` and strips the
path is understood too.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from webapp.errors import SettingsError

#: Names that always mean this machine; a page elsewhere cannot take them over.
LOOPBACK = ("localhost", "127.0.0.1", "::1")
_WILDCARDS = ("0.0.0.0", "::", "")
_PREFIX = re.compile(r"(?:/[A-Za-z0-9._~-]+)*")


def default_home() -> Path:
    """Where a user's library and index live.

    ``ZHENGSOU_HOME``, else the system's directory for a user's data.
    """
    chosen = os.environ.get("ZHENGSOU_HOME")
    return Path(chosen) if chosen else Path(platformdirs.user_data_dir("zhengsou", False))


@dataclass(frozen=True, slots=True)
class Settings:
    """How one server is set up.

    ``home`` holds the library and the index.  ``url_prefix`` is empty or
    ``/like/this``, without a slash at its end.  ``hosts`` are the names, apart
    from the loopback ones, under which the server may be addressed; a name
    that begins with a dot stands for all of its subdomains.

    Raises :class:`~webapp.errors.SettingsError` for a prefix that is no path.
    """

    home: Path
    url_prefix: str = ""
    hosts: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        prefix = self.url_prefix.rstrip("/")
        if not _PREFIX.fullmatch(prefix):
            raise SettingsError(
                f"网址前缀 {self.url_prefix!r} 不能使用",
                "请写成 /zhengsou 这样：以 / 开头，只含英文字母、数字和 . _ ~ -",
            )
        names = (_bare(host) for host in self.hosts)
        object.__setattr__(self, "home", Path(self.home))
        object.__setattr__(self, "url_prefix", prefix)
        object.__setattr__(
            self, "hosts", tuple(dict.fromkeys(n for n in names if n not in _WILDCARDS))
        )

    @classmethod
    def build(
        cls, *, home: Path | None = None, url_prefix: str | None = None, hosts: Iterable[str] = ()
    ) -> Settings:
        """Settings of the given keywords; what is left out comes from the environment.

        ``hosts`` (the address the server is bound to, for instance) are added
        to those of ``ZHENGSOU_ALLOWED_HOSTS``.
        """
        given = cls.from_environment()
        return cls(
            home=given.home if home is None else home,
            url_prefix=given.url_prefix if url_prefix is None else url_prefix,
            hosts=(*hosts, *given.hosts),
        )

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> Settings:
        """Reads ``ZHENGSOU_HOME``, ``ZHENGSOU_URL_PREFIX``, ``ZHENGSOU_ALLOWED_HOSTS``.

        The hosts are parted by commas or spaces.
        """
        home = environ.get("ZHENGSOU_HOME")
        return cls(
            home=Path(home) if home else default_home(),
            url_prefix=environ.get("ZHENGSOU_URL_PREFIX", ""),
            hosts=tuple(re.split(r"[,\s]+", environ.get("ZHENGSOU_ALLOWED_HOSTS", ""))),
        )

    @property
    def served_hosts(self) -> tuple[str, ...]:
        """Every name the server answers to."""
        return tuple(dict.fromkeys((*LOOPBACK, *self.hosts)))


def _bare(host: str) -> str:
    """A host name in lower case, an IPv6 address without its brackets."""
    return host.strip().lower().removeprefix("[").removesuffix("]")
