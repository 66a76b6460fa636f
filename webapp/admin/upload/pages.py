"""Uploads: received, recognised, shown, and added once confirmed.

The steps of a batch are described in :mod:`webapp.admin.upload.staging`; what reads
and adds files is what the command line uses (:mod:`webapp.admin.upload.importing`),
with the same checks and limits.
"""

from __future__ import annotations

from pathlib import Path

from flask import Response, redirect, render_template, request, url_for
from werkzeug import Response as BaseResponse

from corpus.errors import CorrectionError
from corpus.files import write_atomically
from corpus.formats.read import Limits, extensions
from corpus.formats.scans import Scans
from corpus.library.source_files import scans_folder
from webapp.admin.access import guard
from webapp.admin.correcting import sent_correction, show, staged
from webapp.admin.heartbeat import claiming, unwritable
from webapp.admin.jobs import Job, Work
from webapp.admin.upload import importing
from webapp.admin.upload.labels import kind_label, state_label
from webapp.admin.upload.staging import Batch, Staging
from webapp.errors import BadParameter, NotHere
from webapp.web.json_text import respond_json
from webapp.web.languages import gettext as _
from webapp.web.limits import MAX_FILES, MAX_UPLOAD, megabytes
from webapp.web.state import state
from webapp.web.urls import check_names, number, single


def _staging() -> Staging:
    return Staging(state().settings.home)


def upload() -> str | BaseResponse:
    """The form, and what it sends."""
    check_names(request.args, ())
    if request.method != "POST":
        return render_template(
            "admin/upload.html",
            known=extensions(),
            size=megabytes(Limits().file_bytes),
            count=MAX_FILES,
            all=megabytes(MAX_UPLOAD),
            bytes=MAX_UPLOAD,
        )
    files = [file for file in request.files.getlist("files") if file.filename]
    if not files:
        raise BadParameter("files", _("没有选择文件"), _("请选择要上传的文件后再试"))
    if len(files) > MAX_FILES:
        raise BadParameter(
            "files",
            _("一次上传了 %(n)s 个文件，太多了", n=len(files)),
            _("请分批上传，每批不超过 %(most)s 个", most=MAX_FILES),
        )
    batch = _staging().receive((str(file.filename), file.stream) for file in files)
    guard.log("upload", "、".join(file.name for file in batch.files), batch.id)
    _start(batch, importing.examination(state().settings.home, batch), "examining", "examined")
    return redirect(url_for("admin.batch", batch_id=batch.id))


def batch(batch_id: str) -> str:
    """A batch: how far it is, and what was recognised."""
    check_names(request.args, ())
    found = _staging().get(batch_id)
    return render_template(
        "admin/batch.html",
        batch=found,
        running=found.is_running,
        addable=found.count("added", "updated"),
        tally=_tally(found),
        correctable=_correctable(found),
    )


def batch_status(batch_id: str) -> Response:
    """How far a batch is, for the page that follows it."""
    found = _staging().get(batch_id)
    return respond_json(
        {
            "running": found.is_running,
            "label": found.step or state_label(found),
            "done": found.done,
            "total": found.total,
        }
    )


def batch_correct(batch_id: str) -> str | BaseResponse | tuple[str, int]:
    """The form that corrects one of a batch's documents, and what it sends.

    The correction file is written, and the batch is examined again.
    """
    check_names(request.args, ("file", "page"))
    name, page = single(request.args, "file"), number(request.args, "page", 1, None)
    with claiming(_staging().folder):
        found = _staging().get(batch_id)
        if name not in _correctable(found):
            raise NotHere(
                _("这批文件里没有可以更正的“%(name)s”", name=name),
                _("更正要在识别之后、加入之前；已经加入的在“馆藏的文件”里更正"),
            )
        given = _staging().given(batch_id)
        subject = staged(given, name, Scans(scans_folder(state().settings.home / "library")))
        if request.method != "POST":
            return show(subject, page, url_for("admin.batch", batch_id=batch_id))
        try:
            text = sent_correction(subject)
        except CorrectionError as error:
            back = url_for("admin.batch", batch_id=batch_id)
            return show(subject, page, back, typed=request.form, mistake=error), 400
        guard.log("correct", name, batch_id)
        _keep(given.correction(name)[0], text)
        task = importing.examination(state().settings.home, found)
        _start(found, task, "examining", "examined")
    return redirect(url_for("admin.batch", batch_id=batch_id))


def _keep(path: Path | None, text: str) -> None:
    """Writes a correction file; raises :class:`~webapp.errors.AdminError` where it cannot be."""
    assert path is not None
    try:
        path.parent.mkdir(exist_ok=True)
        write_atomically(path, text.encode("utf-8"))
    except OSError as error:
        raise unwritable(path.parent, error) from error


def _correctable(found: Batch) -> frozenset[str]:
    """The documents of a batch, files or inside of files, that wait to be added."""
    if found.state != "examined":
        return frozenset()
    stored = {file.stored for file in found.files}
    kinds = ("added", "updated", "unchanged")
    named = (outcome.name for outcome in found.outcomes if outcome.kind in kinds)
    return frozenset(name for name in named if name.partition("/")[0] in stored)


def batch_add(batch_id: str) -> BaseResponse:
    """Adds a batch that was examined; a step that failed or fell silent is tried again."""
    home = state().settings.home
    with claiming(_staging().folder):
        found = _staging().get(batch_id)
        if found.is_running or found.state == "done":
            pass  # the page shows its state
        elif found.outcomes:
            guard.log("add", found.id, "begun")
            _start(found, importing.addition(home, found), "adding", "done")
        else:
            _start(found, importing.examination(home, found), "examining", "examined")
    return redirect(url_for("admin.batch", batch_id=batch_id))


def batch_stop(batch_id: str) -> BaseResponse:
    """Stops the recognition of a batch's scans; what is finished is kept, and gone on with."""
    if _staging().get(batch_id).is_running:
        _staging().stop(batch_id)
        guard.log("stop", batch_id, "ok")
    return redirect(url_for("admin.batch", batch_id=batch_id))


def batch_discard(batch_id: str) -> BaseResponse:
    """Throws a batch away, unless it is being worked on."""
    with claiming(_staging().folder):
        if _staging().get(batch_id).is_running:
            return redirect(url_for("admin.batch", batch_id=batch_id))
        _staging().discard(batch_id)
    guard.log("discard", batch_id, "ok")
    return redirect(url_for("admin.home"))


def _tally(found: Batch) -> str:
    """How many documents came to which end."""
    kinds = ("added", "updated", "unchanged", "refused", "skipped")
    counted = ((kind_label(kind), found.count(kind)) for kind in kinds)
    return _("，").join(f"{label} {n}" for label, n in counted if n)


def _start(found: Batch, work: Work, during: str, after: str) -> None:
    """Begins a step, whose end is logged under the session that began it."""
    log = guard.logger(during, found.id)
    _staging().go_on(found.id)
    Job(_staging(), found, work, during=during, after=after).start(log)
