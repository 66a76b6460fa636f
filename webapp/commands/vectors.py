"""``zhengsou vectors``: what search by meaning needs, made once and kept."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
import time
from pathlib import Path

import click

from corpus.errors import CorpusError
from indexer.errors import IndexerError
from indexer.semantic.making import Made, SemanticBusy, encoder_of, make_vectors
from indexer.semantic.store import FOLDER
from indexer.versions.open import open_searcher
from indexer.versions.store import IndexStore
from webapp.commands.shared import options, output
from webapp.commands.shared.progress import open_with_progress, progress_bar
from webapp.commands.shared.usage import Command

#: Seconds between two looks at whether there is another index version.
_LOOK = 5.0
#: Seconds after which what failed is tried again; twice as many each time, up to the last.
_AGAIN, _AGAIN_AT_MOST = 60.0, 3600.0


@click.command("vectors", cls=Command)
@click.option(
    "--follow", is_flag=True, help="不退出，索引更新后接着算，标准输入关闭时结束（服务器用）"
)
@options.home_option
def command(follow: bool, home: Path) -> None:
    """计算记录的向量，供“意思相近”使用；先算实验区和新近的文件。

    可随时中断，再执行时接着算；没有改动的记录不再算。需要 semantic 组件，
    或在主目录的 semantic.toml 里设定编码服务的地址。
    """
    if follow:
        _follow(home)
        return
    encoder = encoder_of(home)
    if place := encoder.identity.place:
        output.note(f"文字将发往所设定的编码服务 {place}")
    with open_with_progress(home) as searcher, progress_bar() as bar:
        made = make_vectors(home / FOLDER, encoder, searcher.reader, bar)
    click.echo(_said(made))


def _said(made: Made) -> str:
    new = f"新算 {made.encoded} 条" if made.encoded else "没有要算的"
    return f"{made.records} 条记录都有向量，{new}"


def _follow(home: Path) -> None:
    """Makes vectors of every index version of a home, until standard input is closed.

    That is when the server that started this process is gone, however it ended.
    """
    with contextlib.suppress(OSError, AttributeError):  # Windows has none
        os.nice(19)
    threading.Thread(target=_end_with_input, daemon=True).start()
    store, wait, said = IndexStore(home), _AGAIN, ""
    while True:
        pointer = store.pointer()
        try:
            _pass(home, store, pointer)
            wait, said = _AGAIN, ""
            while store.pointer() == pointer:
                time.sleep(_LOOK)
        except SemanticBusy:
            time.sleep(_AGAIN)
        except (CorpusError, IndexerError) as error:
            if error.message != said:
                output.note(f"提示：{error.message}。{error.hint}")
            said = error.message
            time.sleep(wait)
            wait = min(2 * wait, _AGAIN_AT_MOST)


def _pass(home: Path, store: IndexStore, pointer: str) -> None:
    searcher = open_searcher(home)
    try:
        make_vectors(
            home / FOLDER,
            encoder_of(home),
            searcher.reader,
            stopped=lambda: store.pointer() != pointer,
        )
    finally:
        searcher.close()


def _end_with_input() -> None:
    sys.stdin.buffer.read()
    os._exit(0)  # what was written is whole; nothing else is to be kept
