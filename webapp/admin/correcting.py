"""What is corrected over the pages: a document of an upload, or a policy of the library.

Both are shown in one form (:mod:`webapp.admin.correction_form`), and both end as the text
of a correction file, which the parser follows as one that a person wrote.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import render_template, request, url_for

from corpus.corrections import NO_CORRECTION, Correction, read_correction, write_correction
from corpus.errors import CorrectionError
from corpus.formats.scans import Scans
from corpus.library.ingest import Uploaded
from corpus.library.library import Library
from corpus.parsing.notice import parse_document
from corpus.policy import ParsedPolicy
from webapp.admin.correction_form import correction_in, form_of


@dataclass(frozen=True, slots=True)
class Subject:
    """What is corrected: its name, how it is read without a correction and with it."""

    name: str
    read: ParsedPolicy
    now: ParsedPolicy
    before: Correction


def staged(given: Uploaded, label: str, scans: Scans) -> Subject:
    """A document of an upload, a file or one inside of it, with its correction.

    Raises :class:`~corpus.errors.SourceError` where either cannot be read.
    """
    document = given.document(label, scans)
    _, text = given.correction(label)
    before = read_correction(text, f"{label}.toml") if text else NO_CORRECTION
    read, now = parse_document(document), parse_document(document, before)
    return Subject(label, read, now, before)


def held(library: Library, policy_id: str) -> Subject:
    """A policy of the library with its correction.

    Raises :class:`~corpus.errors.PolicyNotFound`, and
    :class:`~corpus.errors.LibraryError` where its source is damaged.
    """
    read, text = library.uncorrected(policy_id)
    now = library.parsed(policy_id)
    before = read_correction(text, f"{now.policy.source}.toml") if text else NO_CORRECTION
    return Subject(now.policy.source, read, now, before)


def sent_correction(subject: Subject) -> str:
    """The text of the correction file that the sent form amounts to.

    Raises :class:`~corpus.errors.CorrectionError` where it cannot be followed.
    """
    correction = correction_in(request.form, subject.read, subject.before)
    text = write_correction(correction)
    read_correction(text, f"{subject.name}.toml")
    return text


def show(
    subject: Subject,
    page: int,
    back: str,
    *,
    typed: Mapping[str, str] | None = None,
    mistake: CorrectionError | None = None,
) -> str:
    """The page with the form; ``back`` leads to where it was opened."""
    return render_template(
        "admin/correct.html",
        subject=subject,
        form=form_of(subject.read, subject.now, page, typed),
        back=back,
        mistake=mistake,
        turned=_turned,
    )


def _turned(page: int) -> str:
    """The address of another page of the same form."""
    asked: dict[str, Any] = {**(request.view_args or {}), "page": page if page > 1 else None}
    asked |= {name: value for name, value in request.args.items() if name in ("id", "file")}
    return url_for(request.endpoint or "", **asked)
