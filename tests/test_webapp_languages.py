"""The language of the pages: how it is chosen and kept, and that the English is complete."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po

import webapp
from tests.markup import Page
from webapp import create_app
from webapp.settings import Settings


def test_the_language_is_kept_by_the_cookie_and_without_one_by_the_links(home: Path) -> None:
    app = create_app(Settings(home))
    keeping, refusing = app.test_client(), app.test_client(use_cookies=False)
    for client in (keeping, refusing):
        first = Page(client.get("/?lang=en").get_data(as_text=True))
        onward = next(e.attrs["href"] for e in first.all("a") if e.text == "Help")
        assert Page(client.get(onward).get_data(as_text=True)).one("h1").text == "Help"
    assert Page(keeping.get("/help").get_data(as_text=True)).one("h1").text == "Help"
    back = Page(keeping.get("/help?lang=zh").get_data(as_text=True))
    assert back.one("h1").text == "帮助"


def test_the_english_catalogue_is_complete_and_compiled() -> None:
    root = Path(webapp.__file__).parent
    with (root / "translations/babel.cfg").open(encoding="utf-8") as config:
        method, options = parse_mapping_cfg(config)  # type: ignore[no-untyped-call]
    found = {
        message[0] if isinstance(message, tuple) else message
        for _, _, message, _, _ in extract_from_dir(str(root), method, options)
    }
    folder = root / "translations/en/LC_MESSAGES"
    with (folder / "messages.po").open("rb") as po:
        catalogue = read_po(po, locale="en")
    known = {m.id[0] if isinstance(m.id, (tuple, list)) else m.id: m for m in catalogue if m.id}
    assert found - set(known) == set(), "run pybabel update, then translate"
    assert set(known) - found == set(), "no longer used"
    for message in known.values():
        strings = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
        assert all(strings) and not message.fuzzy, message.id
        assert not list(message.check()), message.id
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    with (folder / "messages.mo").open("rb") as mo:
        messages = [(m.id, m.string) for m in read_mo(mo)]
    assert messages == [(m.id, m.string) for m in read_mo(compiled)], "run pybabel compile"
