"""The names of Whoosh that begin with an underscore and are used all the same: all of them.

A codec's writer of documents must fill three of them in: Whoosh's
``PerDocWriterWithColumns`` is the only base class that writes columns, and it
asks for a column through ``_has_column``, ``_create_column`` and
``_get_column``, and reads the number of the document from ``_docnum``.  They
are abstract methods there, so they are part of the codec interface in all but
their names.  A test makes sure that no other module of the codec has any.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

from whoosh.codec import base


class ColumnWriter(base.PerDocWriterWithColumns):  # type: ignore[misc]
    """Whoosh's base class with public names for what a subclass fills in."""

    def __init__(self) -> None:
        super().__init__()
        self._docnum = -1

    @property
    def document(self) -> int:
        """The number of the document that is being written."""
        return self._docnum

    @document.setter
    def document(self, number: int) -> None:
        self._docnum = number

    @abstractmethod
    def column_of(self, fieldname: str) -> Any | None:
        """The writer of a field's column, ``None`` where there is none yet."""

    @abstractmethod
    def make_column(self, fieldname: str, column: Any) -> None:
        """Makes the writer of a field's column."""

    def _has_column(self, fieldname: str) -> bool:
        return self.column_of(fieldname) is not None

    def _create_column(self, fieldname: str, column: Any) -> None:
        self.make_column(fieldname, column)

    def _get_column(self, fieldname: str) -> Any:
        return self.column_of(fieldname)
