"""The library on disk: seeded, shared, sound after damage."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.errors import LibraryError, PolicyNotFound, SourceError
from corpus.library.catalogue import FORMAT_VERSION
from corpus.library.library import Library
from corpus.parsing.notice import PARSER_VERSION
from corpus.policy import ParsedPolicy

NUMBER = "民函〔2019〕41号"
BUNDLED = Path(__file__).parents[3] / "corpus" / "texts" / "000_ecd089e9178dfbd0.txt"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "家"


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_bytes(text.encode("utf-8"))
    return path


def first_format(home: Path, **changes: object) -> Path:
    """A home as the first format of the library left it: one list, and the source."""
    library = home / "library"
    (library / "sources").mkdir(parents=True)
    data = BUNDLED.read_bytes()
    digest = hashlib.sha256(data).hexdigest()
    (library / "sources" / f"{digest}.txt").write_bytes(data)
    entry: dict[str, object] = {
        "id": NUMBER,
        "source": BUNDLED.name,
        "sha256": digest,
        "url": None,
        "category": None,
        "added_at": "2024-01-01T00:00:00+00:00",
    }
    content = {"format_version": 1, "entries": [entry | changes], "retired": {"旧": "0" * 64}}
    path = library / "library.json"
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return path


def only(folder: Path) -> Path:
    [path] = [p for p in folder.iterdir() if not p.name.startswith(".")]
    return path


def test_a_fresh_home_holds_the_bundled_notice(home: Path) -> None:
    library = Library.open(home)
    [policy] = library.policies()
    assert policy.id == NUMBER
    assert policy.source == BUNDLED.name
    assert library.source_path(NUMBER).read_bytes() == BUNDLED.read_bytes()
    [parsed] = library.documents()
    assert parsed == library.parsed(NUMBER)
    assert parsed.text == BUNDLED.read_text(encoding="utf-8")
    assert sum(record.kind == "zone" for record in parsed.records) == 31


def test_what_is_stored_comes_back_equal_and_with_the_same_version(home: Path) -> None:
    first = Library.open(home)
    again = Library.open(home)
    assert again.parsed(NUMBER) == first.parsed(NUMBER)
    assert again.version == first.version
    assert Library.open(home.with_name("别家")).version == first.version


def test_an_unknown_policy(home: Path) -> None:
    library = Library.open(home)
    for ask in (library.parsed, library.source_path, library.remove):
        with pytest.raises(PolicyNotFound, match="国办发"):
            ask("国办发〔2020〕1号")


def test_adding_changes_the_version_and_keeps_the_order(home: Path, tmp_path: Path) -> None:
    library = Library.open(home)
    before = library.version
    policy = library.add(
        write(tmp_path, "办法.md", "# 社区办法\n\n第一条 总则。"), url="https://a.example/"
    )
    assert (policy.id, policy.source, policy.url) == ("社区办法", "办法.md", "https://a.example/")
    assert library.version != before
    opened = Library.open(home)
    assert [p.id for p in opened.policies()] == [NUMBER, "社区办法"]
    assert [p.policy.id for p in opened.documents()] == [NUMBER, "社区办法"]
    assert opened.source_path("社区办法").suffix == ".md"
    assert opened.version == library.version


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/hosts",
        "//a.example/",
        "a.example/",
        "https://",
        "https://a.example/ b",
        "java\tscript:alert(1)",
        "http://[::1/",
        "",
    ],
)
def test_only_addresses_of_the_web_are_taken(home: Path, tmp_path: Path, url: str) -> None:
    library = Library.open(home)
    before = library.version
    with pytest.raises(LibraryError, match="网址") as caught:
        library.add(write(tmp_path, "办法.md", "# 社区办法\n\n第一条 总则。"), url=url)
    assert "https://" in caught.value.hint
    assert Library.open(home).version == before


def test_the_same_file_again_changes_nothing(home: Path) -> None:
    library = Library.open(home)
    before = library.version
    assert library.add(BUNDLED).id == NUMBER
    assert library.version == before
    assert len(library.policies()) == 1


def test_a_clash_of_ids_is_numbered_and_never_reassigned(home: Path, tmp_path: Path) -> None:
    library = Library.open(home)
    text = BUNDLED.read_text(encoding="utf-8")
    second = write(tmp_path, "二.txt", text.replace("关于同意", "关于再次同意", 1))
    third = write(tmp_path, "三.txt", text.replace("关于同意", "关于又一次同意", 1))
    assert library.add(second).id == f"{NUMBER}.2"
    assert all(r.id.startswith(f"{NUMBER}.2/") for r in library.parsed(f"{NUMBER}.2").records)
    library.remove(f"{NUMBER}.2")
    library.remove(NUMBER)
    assert library.policies() == ()
    assert library.add(third).id == f"{NUMBER}.3"
    reopened = Library.open(home)
    assert reopened.add(second).id == f"{NUMBER}.2"  # its own id comes back to it
    assert reopened.add(BUNDLED).id == NUMBER
    assert [p.id for p in Library.open(home).policies()] == [f"{NUMBER}.{3}", f"{NUMBER}.2", NUMBER]


def test_a_library_emptied_on_purpose_stays_empty(home: Path) -> None:
    Library.open(home).remove(NUMBER)
    assert Library.open(home).policies() == ()
    with Library.open(home).writing() as writer:
        writer.remove(NUMBER, forget=True)
        writer.commit()
    assert Library.open(home).policies() == ()
    assert list((home / "library" / "sources").iterdir()) == []
    assert "石景山" not in (home / "library" / "library.jsonl").read_text(encoding="utf-8")


def test_an_unfit_file_leaves_the_library_as_it_was(home: Path, tmp_path: Path) -> None:
    library = Library.open(home)
    stored = (home / "library" / "library.json").read_bytes()
    bad = tmp_path / "坏.txt"
    bad.write_bytes(b"\xff\xff")
    with pytest.raises(SourceError, match="坏"):
        library.add(bad)
    assert (home / "library" / "library.json").read_bytes() == stored


def newer_parser(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("library", "source_files", "writer"):
        monkeypatch.setattr(f"corpus.library.{module}.PARSER_VERSION", PARSER_VERSION + 1)


@pytest.mark.parametrize("damage", ["missing", "altered", "truncated", "empty", "older parser"])
def test_records_are_made_anew_from_the_source(
    home: Path, damage: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = Library.open(home).parsed(NUMBER)
    stored = only(home / "library" / "records")
    sound = stored.read_bytes()
    match damage:
        case "missing":
            stored.unlink()
        case "altered":
            stored.write_bytes(sound.replace("三社联动".encode(), "三社联合".encode(), 1))
        case "truncated":
            stored.write_bytes(sound[: len(sound) // 2])
        case "empty":
            stored.write_bytes(b"")
        case _:
            newer_parser(monkeypatch)
            sound = b""
    assert Library.open(home).parsed(NUMBER) == expected
    assert stored.read_bytes() != b""
    assert (stored.read_bytes() == sound) is (damage != "older parser")


def test_the_version_changes_with_the_parser(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = Library.open(home).version
    newer_parser(monkeypatch)
    library = Library.open(home)
    assert library.version != before
    assert not library.is_current
    library.refresh()
    assert library.is_current
    assert Library.open(home).version == library.version


def test_the_version_is_of_the_content_not_of_the_day_it_was_added(
    home: Path, tmp_path: Path
) -> None:
    other = tmp_path / "旧家"
    first_format(other, added_at="2001-01-01T00:00:00+00:00")
    assert Library.open(other).version == Library.open(home).version


def test_a_library_of_the_first_format_is_brought_to_this_one(home: Path, tmp_path: Path) -> None:
    path = first_format(home)
    before = path.read_bytes()
    library = Library.open(home)
    assert library.parsed(NUMBER) == Library.open(tmp_path / "新家").parsed(NUMBER)
    assert (home / "library" / "library.format1.json").read_bytes() == before
    assert json.loads(path.read_bytes())["format_version"] == FORMAT_VERSION
    second = library.add(write(tmp_path, "旧.md", "# 旧\n\n一个旧编号。"))
    assert second.id == "旧.2"  # the id that was removed under the first format stays reserved
    assert [p.id for p in Library.open(home).policies()] == [NUMBER, "旧.2"]


def test_a_library_of_the_first_format_is_read_where_it_cannot_be_written(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = first_format(home)
    before = path.read_bytes()

    def refuse(*_: object, **__: object) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr("corpus.library.catalogue.write_journal", refuse)
    library = Library.open(home)
    assert [policy.title[:3] for policy in library.policies()] == ["民政部"]
    assert path.read_bytes() == before


def test_what_was_given_with_a_source_decides_over_stored_records(home: Path) -> None:
    """As after a list restored from a backup, in which the policy had another id."""
    expected = Library.open(home).parsed(NUMBER)
    records = only(home / "library" / "records").read_bytes()
    other = home.with_name("另一家")
    first_format(other, id="另一编号", url="https://a.example/")
    (other / "library" / "records").mkdir()
    (other / "library" / "records" / f"{expected.policy.sha256}.jsonl").write_bytes(records)
    parsed = Library.open(other).parsed("另一编号")
    assert parsed.policy.url == "https://a.example/"
    assert {record.id.partition("/")[0] for record in parsed.records} == {"另一编号"}


def test_sound_records_are_not_parsed_again(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = Library.open(home).parsed(NUMBER)

    def refuse(*_: object, **__: object) -> ParsedPolicy:
        raise AssertionError("parsed again")

    monkeypatch.setattr("corpus.library.source_files.parse_document", refuse)
    assert Library.open(home).parsed(NUMBER) == expected


@pytest.mark.parametrize("change", ["gone", "altered"])
def test_a_source_that_is_gone_or_altered_is_named(home: Path, change: str) -> None:
    Library.open(home)
    source = only(home / "library" / "sources")
    only(home / "library" / "records").unlink()
    if change == "gone":
        source.unlink()
    else:
        source.write_bytes(source.read_bytes() + b"\n")
    with pytest.raises(LibraryError) as caught:
        Library.open(home).parsed(NUMBER)
    assert NUMBER in caught.value.message
    assert "备份" in caught.value.hint
    if change == "gone":
        with pytest.raises(LibraryError):
            Library.open(home).source_path(NUMBER)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        "{}",
        '{"format_version": "1"}',
        '{"format_version": 0, "entries": [], "retired": {}}',
        '{"format_version": 1, "entries": [], "retired": []}',
        '{"format_version": 1, "entries": [{"id": "a"}], "retired": {}}',
        '{"format_version": 2}',
    ],
)
def test_a_damaged_list_is_said_and_left_alone(home: Path, content: str) -> None:
    path = first_format(home)
    path.write_text(content, encoding="utf-8")
    with pytest.raises(LibraryError) as caught:
        Library.open(home)
    assert str(path) in caught.value.message
    assert "备份" in caught.value.hint
    assert path.read_text(encoding="utf-8") == content
    assert not (home / "library" / "library.jsonl").exists()


def test_a_hash_that_would_be_a_path_is_refused(home: Path) -> None:
    first_format(home, sha256="../../etc/passwd")
    with pytest.raises(LibraryError, match="损坏"):
        Library.open(home)


#: The list of a home before and after its second policy.
TWO_POLICIES: dict[Path, tuple[bytes, bytes]] = {}


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a second policy, for tests that put its list back themselves."""
    home = tmp_path_factory.mktemp("两份")
    library = Library.open(home)
    path = home / "library" / "library.jsonl"
    before = path.read_bytes()
    library.add(write(home, "办法.md", "# 社区办法\n\n第一条 总则。"))
    TWO_POLICIES[home] = (before, path.read_bytes())
    return home


@settings(max_examples=60)
@given(data=st.data())
def test_a_flipped_bit_anywhere_in_the_list_is_found(data: st.DataObject, two: Path) -> None:
    home = two
    path = home / "library" / "library.jsonl"
    content = bytearray(TWO_POLICIES[two][1])
    at = data.draw(st.integers(0, len(content) - 1))
    content[at] ^= 1 << data.draw(st.integers(0, 7))
    path.write_bytes(content)
    # Only the very last line end may be missed: without it the last group is not complete.
    try:
        seen = [policy.id for policy in Library.open(home).policies()]
    except LibraryError as error:
        assert "损坏" in error.message
        assert path.read_bytes() == content
    else:
        assert at == len(content) - 1
        assert seen == [NUMBER]


@settings(max_examples=30)
@given(cut=st.floats(0, 1, exclude_max=True))
def test_the_beginning_of_a_group_does_not_count(cut: float, two: Path) -> None:
    """What a process that dies while it writes leaves behind."""
    home, (before, after) = two, TWO_POLICIES[two]
    path = home / "library" / "library.jsonl"
    group = after[len(before) :]
    path.write_bytes(before + group[: int(cut * len(group))])
    assert [policy.id for policy in Library.open(home).policies()] == [NUMBER]
    Library.open(home).add(write(home, "另.md", "# 街道办法\n\n第一条 总则。"))
    assert [policy.id for policy in Library.open(home).policies()] == [NUMBER, "街道办法"]


def test_a_newer_library_is_not_misread(home: Path) -> None:
    Library.open(home)
    path = home / "library" / "library.json"
    newer = FORMAT_VERSION + 1
    path.write_text(json.dumps({"format_version": newer, "shelves": []}), encoding="utf-8")
    with pytest.raises(LibraryError, match=f"格式{newer}") as caught:
        Library.open(home)
    assert "升级" in caught.value.hint


def test_a_home_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    blocked = write(tmp_path, "文件", "不是文件夹")
    with pytest.raises(LibraryError) as caught:
        Library.open(blocked)
    assert "ZHENGSOU_HOME" in caught.value.hint
    assert "--home" in caught.value.hint
    assert str(blocked) in caught.value.message


def test_a_crash_before_the_list_is_written_leaves_a_fresh_library(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:

        def fail(*_: object) -> None:
            raise OSError(28, "No space left on device")

        broken.setattr("corpus.library.writer.write_catalogue", fail)
        with pytest.raises(LibraryError, match="磁盘空间不足"):
            Library.open(home)
    assert not (home / "library" / "library.json").exists()
    assert [p.id for p in Library.open(home).policies()] == [NUMBER]


def test_processes_that_open_a_fresh_home_at_once_all_succeed(home: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from corpus.library.library import Library\n"
        "library = Library.open(Path(sys.argv[1]))\n"
        "print(library.version, len(library.policies()))"
    )
    running = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(home)], stdout=subprocess.PIPE, encoding="utf-8"
        )
        for _ in range(3)
    ]
    answers = {process.communicate()[0].strip() for process in running}
    assert [process.returncode for process in running] == [0, 0, 0]
    assert answers == {f"{Library.open(home).version} 1"}
