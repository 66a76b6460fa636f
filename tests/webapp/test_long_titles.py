"""A title of hundreds of characters: whole on its document's page, short where it only names."""

from __future__ import annotations

from pathlib import Path

from corpus.library.library import Library
from tests.support.markup import Page
from webapp import create_app
from webapp.settings import Settings

TITLE = "关于" + "进一步加强和改进城乡社区治理与服务创新工作的若干意见以及" * 18 + "的通知"
TEXT = "社区治理应当坚持党建引领。"
#: No name is longer than some lines of a phone.
MOST = 120


def test_a_long_title_stands_whole_once(tmp_path: Path) -> None:
    source = tmp_path / "long.txt"
    source.write_text(f"{TITLE}\n民发〔2020〕900号\n{TEXT}\n民政部\n2020年5月6日\n", "utf-8")
    policy = Library.open(tmp_path / "home").add(source)
    assert policy.title == TITLE and len(TITLE) > 500
    app = create_app(Settings(tmp_path / "home"))
    client = app.test_client(use_cookies=False)

    def headings(address: str, tag: str) -> list[str]:
        return [each.text for each in Page(client.get(address).text).all(tag)]

    assert headings(f"/policy/{policy.id}", "h1") == [TITLE]
    (hit,) = [one for one in headings(f"/?q=“{TEXT}”&by=record", "h2") if "关于" in one]
    (record,) = headings(f"/record/{policy.id}/passage-4", "h1")
    for named in (hit, record):
        assert named.startswith("《关于") and "…》" in named and len(named) <= MOST
    (card,) = [one for one in headings(f"/?q=“{TEXT}”&by=document", "h2") if "关于" in one]
    assert card == TITLE  # its lines are counted by the style sheet
    app.extensions["zhengsou"].searcher.close()
