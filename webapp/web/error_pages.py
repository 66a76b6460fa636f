"""How failures reach the user: one HTML page and one JSON shape.

Below ``/api/`` and for clients that ask for JSON the answer is
``{"error": {"code", "message", "hint"}}``; for other clients a page with the
cause, the hint and a search box.  No traceback leaves the server; what was
not foreseen is logged by Flask.
"""

from __future__ import annotations

from dataclasses import replace

from flask import Flask, Response, make_response, redirect, render_template, request
from werkzeug import Response as BaseResponse
from werkzeug.exceptions import HTTPException

from corpus.errors import CorpusError, PolicyNotFound
from indexer.errors import (
    EngineUnavailable,
    IndexerError,
    PageOutOfRange,
    RecordNotFound,
    ThemeNotFound,
)
from webapp.errors import Failure, WebError, describe
from webapp.web.addresses import url_for, without_slash
from webapp.web.json_text import respond_json
from webapp.web.languages import gettext as _
from webapp.web.limits import BODIES, MAX_FILES, MAX_UPLOAD, megabytes
from webapp.web.urls import SearchParams
from webapp.web.ways import Way, searches, typed, was_removed, ways

#: Seconds after which a client may try again when the index cannot answer, and when it is
#: only being replaced.
RETRY_AFTER, RETRY_SOON = "30", "5"
#: Characters of an unknown id or name that are repeated to the reader.
LONGEST_NAME = 80


def register(app: Flask) -> None:
    """Adds the handlers for our own errors and for those of HTTP."""
    for kind in (WebError, IndexerError, CorpusError):
        app.register_error_handler(kind, _ours)
    app.register_error_handler(HTTPException, _http)


def wants_json() -> bool:
    """Whether a failure of the current request is answered as JSON."""
    if request.path.startswith("/api/") or request.path == "/healthz":
        return True
    accept = request.accept_mimetypes
    if request.path.startswith("/export/"):
        # A download is mostly a program's; a browser asks for a page.
        return not any(kind == "text/html" for kind, _quality in accept)
    return accept.best_match(("text/html", "application/json")) == "application/json"


def respond(
    failure: Failure,
    asked: str = "",
    on: tuple[Way, ...] = (),
    box: SearchParams | None = None,
) -> Response:
    """The answer to a failed request, in the form that the client can read.

    ``asked`` is what the message repeats of the address, in the language of the documents;
    ``on`` are links that repair the address, ``box`` is what the search box holds.
    """
    if wants_json():
        response = respond_json(failure.to_dict(), failure.status)
    else:
        response = make_response(
            render_template(
                "error.html",
                failure=failure,
                asked=asked,
                heading=_heading(failure.status),
                ways=on,
                box=box or SearchParams(),
            ),
            failure.status,
        )
    if failure.status == 503:
        response.headers["Retry-After"] = RETRY_AFTER
    response.headers["Cache-Control"] = "no-store"
    return response


def _ours(error: WebError | IndexerError | CorpusError) -> Response:
    failure = describe(error)
    on, box = ((), None) if wants_json() else (ways(error), typed(error))
    translated = _translated(error)
    if translated is None:
        return respond(failure, "", on, box)
    message, hint = translated
    response = respond(replace(failure, message=message, hint=hint), _asked(), on, box)
    if isinstance(error, EngineUnavailable):
        response.headers["Retry-After"] = RETRY_SOON
    return response


def _translated(error: WebError | IndexerError | CorpusError) -> tuple[str, str] | None:
    """Cause and hint of what a reader meets while browsing, in either language."""
    if isinstance(error, PageOutOfRange):
        return (
            _("没有第 %(page)s 页，最后一页是第 %(last)s 页", page=error.page, last=error.last),
            _("请改为 page=%(last)s 或更小", last=error.last),
        )
    if isinstance(error, EngineUnavailable):
        return (
            _("索引正在更新或连接不上，这一次没有查成"),
            _("请过 %(n)s 秒再试一次；检索词和筛选条件都还在地址里", n=RETRY_SOON),
        )
    hint = _("请检查地址") if searches() else _("请检查地址，或在检索框中查找")
    if isinstance(error, RecordNotFound):
        return _("没有记录“%(id)s”", id=_asked()), hint
    if isinstance(error, PolicyNotFound):
        if wants_json():
            hint = _("全部文件列在 %(at)s", at=url_for("api.policies"))
        elif was_removed():
            return (
                _("文件“%(id)s”已移出馆藏", id=_asked()),
                _("请查找它的新版本；需要原来的文件时，管理员可以恢复"),
            )
        return _("没有文件“%(id)s”", id=_asked()), hint
    if isinstance(error, ThemeNotFound):
        hint = _("请在全部议题中查找")
        if wants_json():
            hint = _("全部议题列在 %(at)s", at=url_for("api.themes"))
        return _("没有议题“%(name)s”", name=_asked()), hint
    return None


def _asked() -> str:
    """The id or name in the address, as much of it as one can read; of a list, all ids."""
    asked = "、".join(request.args.getlist("id"))
    asked = asked or "".join(map(str, (request.view_args or {}).values()))
    return asked if len(asked) <= LONGEST_NAME else f"{asked[:LONGEST_NAME]}…"


def _http(error: HTTPException) -> BaseResponse:
    status = error.code or 500
    if status == 404 and (address := without_slash()):
        return redirect(address, 308)
    known = {
        400: ("bad_request", _("请求有误"), _("请检查地址")),
        404: ("not_found", _("这个地址没有内容"), _("请检查地址，或在检索框中查找")),
        405: ("method_not_allowed", _("这个地址不接受 %(m)s", m=request.method), _allowed(error)),
        411: (
            "length_required",
            _("请求没有说明内容的长度"),
            _("请让客户端或代理发送 Content-Length"),
        ),
        413: ("body_too_large", _("请求的内容太大"), _smaller()),
        414: ("address_too_long", _("地址太长"), _("请缩短检索式，或少选一些条件")),
        500: ("internal_error", _("服务器出错"), _("请稍后重试；管理员可在服务器日志中看到原因")),
        503: ("unavailable", _("暂时不能服务"), _("请稍后重试")),
    }
    code, message, hint = known.get(status, ("http_error", error.name, error.description or ""))
    response = respond(Failure(status, code, message, hint))
    for name, value in error.get_headers():
        if name.lower() in ("allow", "retry-after", "content-range"):
            response.headers[name] = value
    return response


def _allowed(error: HTTPException) -> str:
    methods = set(getattr(error, "valid_methods", None) or ())
    if "GET" in methods or not methods:
        return _("请用 GET")
    return _("请从管理页的表单开始")


def _smaller() -> str:
    if request.endpoint == "admin.upload":
        return _(
            "一次不超过 %(count)s 个文件、共 %(all)s。请分批上传，或在服务器上用 zhengsou add 加入",
            count=MAX_FILES,
            all=megabytes(MAX_UPLOAD),
        )
    if request.endpoint in BODIES:
        most = megabytes(BODIES[request.endpoint])
        return _("表单的内容不能超过 %(size)s，请精简或分几次再试", size=most)
    return _("检索不需要请求体，请用 GET")


def _heading(status: int) -> str:
    headings = {
        400: _("请求有误"),
        403: _("没有权限"),
        404: _("没有找到"),
        405: _("方法不允许"),
        411: _("请求有误"),
        413: _("内容太大"),
        414: _("地址太长"),
        503: _("暂时不能检索"),
    }
    return headings.get(status, _("服务器出错"))
