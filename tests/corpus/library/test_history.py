"""Nothing that was added is ever lost: what replaces what, and every state comes back."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from corpus.errors import CorrectionError, LibraryError, PolicyNotFound
from corpus.library.backup import restore_backup, write_backup
from corpus.library.examination import Outcome, With
from corpus.library.ingest import Given, Item, Piped, Uploaded, read
from corpus.library.library import Library
from corpus.library.review import clash_message, warnings_of
from corpus.policy import ParseWarning

NUMBER = "民函〔2019〕41号"


def notice(
    title: str, body: str, number: str | None = "某民发〔2023〕7号", issuer: str = "某县民政局"
) -> str:
    head = f"{issuer}{title}\n" + (f"{number}\n" if number else "")
    return f"{head}各乡镇：\n{body}\n{issuer}\n2023年7月1日\n"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "家"


def put(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def add(home: Path, *given: Given) -> list[Outcome]:
    """Adds everything in one run, as the command does, without an index."""
    with Library.open(home).writing() as writer:
        found = [
            writer.add(each.document, With(correction=each.correction, origin=each.origin))
            for one in given
            for each in read(one)
            if isinstance(each, Item)
        ]
        writer.commit()
    return found


def ids(outcomes: list[Outcome]) -> list[tuple[str, str]]:
    return [(one.kind, one.entry.id) for one in outcomes]


def own(home: Path) -> dict[str, str]:
    """The texts of the library's policies by id, without the bundled one."""
    return {d.policy.id: d.text for d in Library.open(home).documents() if d.policy.id != NUMBER}


def test_a_changed_file_in_its_place_is_an_update(home: Path, tmp_path: Path) -> None:
    path = put(tmp_path / "文件" / "通知.txt", notice("关于甲的通知", "甲。", number=None))
    [first] = add(home, tmp_path / "文件")
    put(path, notice("关于甲的通知", "完全不同的内容，一行也没有留下。", number=None))
    [second] = add(home, path)  # named by itself: the same path
    assert ids([first, second]) == [("added", first.entry.id), ("updated", first.entry.id)]
    assert second.replaced == 1
    put(path, notice("关于甲的通知（修订）", "完全不同的内容，一行也没有留下。", number=None))
    assert ids(add(home, path)) == [("updated", first.entry.id)]  # another title, but the same text


def test_another_document_in_the_place_of_one_is_another_policy(home: Path, tmp_path: Path) -> None:
    path = put(tmp_path / "下载.txt", notice("关于甲的通知", "甲。", number="某民发〔2023〕1号"))
    add(home, path)
    put(path, notice("关于乙的通知", "乙。", number="某民发〔2023〕2号"))
    [found] = add(home, path)
    assert (found.kind, found.clash and found.clash.kind) == ("added", "path")
    assert found.clash is not None
    said = clash_message(found.clash, found.policy)
    assert "下载.txt" in said and "某民发〔2023〕1号" in said and "某民发〔2023〕2号" in said
    assert len(own(home)) == 2
    put(path, notice("关于乙的通知", "乙之二。", number="某民发〔2023〕2号"))
    assert ids(add(home, path)) == [("updated", "某民发〔2023〕2号")]  # what lies there now


@pytest.mark.parametrize("difference", ["title", "issuer", "both"])
def test_one_number_with_another_title_or_issuer_is_another_policy(
    home: Path, tmp_path: Path, difference: str
) -> None:
    issuer = "某县民政局" if difference == "title" else "另县民政局"
    title = "关于甲的通知" if difference == "issuer" else "关于乙的通知"
    add(home, put(tmp_path / "a" / "正文.txt", notice("关于甲的通知", "甲。")))
    [found] = add(home, put(tmp_path / "b" / "正文.txt", notice(title, "乙。", issuer=issuer)))
    assert ids([found]) == [("added", "某民发〔2023〕7号.2")]
    assert found.clash is not None and found.clash.kind == "number"
    shared = [w for w in warnings_of(Library.open(home).held()) if w.code == "number-shared"]
    assert {w.policy_id for w in shared} == {"某民发〔2023〕7号", "某民发〔2023〕7号.2"}
    assert all("某民发〔2023〕7号" in w.message for w in shared)


def test_number_issuer_and_title_make_an_update_from_anywhere(home: Path, tmp_path: Path) -> None:
    add(home, put(tmp_path / "a" / "甲.txt", notice("关于甲的通知", "每月一次。")))
    spaced = notice("关于甲的 通知", "每周一次。", number="某民发[2023]7号")
    assert ids(add(home, put(tmp_path / "b" / "乙.md", spaced))) == [
        ("updated", "某民发〔2023〕7号")
    ]
    given = (
        Piped("丙.txt", notice("关于甲的通知", "每天一次。").encode()),
        Uploaded(put(tmp_path / "上传" / "丁.txt", notice("关于甲的通知", "每时一次。")).parent),
    )
    assert (
        ids(add(home, given[0])) == ids(add(home, given[1])) == [("updated", "某民发〔2023〕7号")]
    )
    assert [v.entry.source for v in Library.open(home).history("某民发〔2023〕7号")] == [
        "甲.txt",
        "乙.md",
        "丙.txt",
        "丁.txt",
    ]


def test_a_copy_of_the_same_text_is_no_update(home: Path, tmp_path: Path) -> None:
    text = notice("关于甲的通知", "每月一次。")
    add(home, put(tmp_path / "甲.txt", text))
    [copy] = add(home, put(tmp_path / "甲副本.txt", text.replace("。", "。 ")))
    assert ids([copy]) == [("added", "某民发〔2023〕7号.2")]


def test_a_scan_does_not_replace_what_was_read(home: Path, tmp_path: Path) -> None:
    add(home, put(tmp_path / "甲.txt", notice("关于甲的通知", "每月一次。")))
    [item] = read(Piped("扫描.txt", notice("关于甲的通知", "每目一次。").encode()))
    assert isinstance(item, Item)
    scan = replace(item.document, notes=(ParseWarning("ocr", "识别文字"),))
    with Library.open(home).writing() as writer:
        assert writer.add(scan).entry.id == "某民发〔2023〕7号.2"


@pytest.mark.parametrize("way", ["folder", "upload", "pipe"])
def test_one_name_and_title_without_a_number_are_two(home: Path, tmp_path: Path, way: str) -> None:
    for year, body in ((2022, "残疾人补贴。"), (2023, "高龄津贴。")):
        path = put(tmp_path / str(year) / "通知.txt", notice("关于补贴的通知", body, number=None))
        ways: dict[str, Given] = {
            "folder": path.parent,
            "upload": Uploaded(path.parent),
            "pipe": Piped("通知.txt", path.read_bytes()),
        }
        [found] = add(home, ways[way])
    assert found.clash is not None and found.clash.kind == "title"
    assert ["残疾人" in text for text in own(home).values()] == [True, False]


def rows(*bodies: tuple[str, str]) -> str:
    lines = (
        json.dumps({"title": title, "text": text}, ensure_ascii=False) for title, text in bodies
    )
    return "\n".join(lines) + "\n"


def test_a_row_of_a_list_is_known_by_its_name_not_by_its_place(home: Path, tmp_path: Path) -> None:
    first = [
        (f"第{n}号办法", f"第{n}号办法\n\n各街道：\n\n内容{n}。\n\n特此通知。") for n in (1, 2, 3)
    ]
    path = put(tmp_path / "办法.jsonl", rows(*first))
    add(home, path)
    other = ("另一个办法", "另一个办法\n\n各街道：\n\n另一内容。\n\n特此通知。")
    changed = (first[1][0], first[1][1].replace("内容2", "新的内容"))
    put(path, rows(other, first[0], changed, first[2]))
    assert sorted(ids(add(home, path))) == [
        ("added", "另一个办法"),
        ("unchanged", "第1号办法"),
        ("unchanged", "第3号办法"),
        ("updated", "第2号办法"),
    ]
    assert "新的内容" in own(home)["第2号办法"]


def test_a_moved_folder_is_followed(home: Path, tmp_path: Path) -> None:
    put(tmp_path / "旧" / "通知.txt", notice("关于甲的通知", "甲。", number=None))
    add(home, tmp_path / "旧")
    (tmp_path / "旧").rename(tmp_path / "新")
    assert [one.kind for one in add(home, tmp_path / "新")] == ["unchanged"]
    put(tmp_path / "新" / "通知.txt", notice("关于甲的通知", "乙。", number=None))
    assert [one.kind for one in add(home, tmp_path / "新")] == ["updated"]


def test_a_copy_elsewhere_does_not_take_the_place_of_a_file(home: Path, tmp_path: Path) -> None:
    text = notice("关于甲的通知", "甲。", number=None)
    path = put(tmp_path / "a" / "通知.txt", text)
    add(home, path, put(tmp_path / "b" / "通知.txt", text))
    put(tmp_path / "b" / "通知.txt", notice("关于甲的通知", "乙。", number=None))
    assert [one.kind for one in add(home, tmp_path / "b")] == ["added"]


def test_an_earlier_state_from_elsewhere_replaces_nothing(home: Path, tmp_path: Path) -> None:
    path = put(tmp_path / "a" / "甲.txt", notice("关于甲的通知", "一稿。"))
    add(home, path)
    old = shutil.copy(path, tmp_path / "旧稿.txt")
    put(path, notice("关于甲的通知", "二稿。"))
    add(home, path)
    [found] = add(home, Path(old))
    assert (found.kind, found.earlier) == ("unchanged", 1)
    assert "二稿" in own(home)["某民发〔2023〕7号"]
    put(path, notice("关于甲的通知", "一稿。"))  # who puts it back in its place means it
    [found] = add(home, path)
    assert (found.kind, found.replaced) == ("updated", 2)
    assert "一稿" in own(home)["某民发〔2023〕7号"]


def test_what_an_update_would_replace_is_shown(home: Path, tmp_path: Path) -> None:
    path = put(tmp_path / "甲.txt", notice("关于甲的通知", "一。\n二。"))
    add(home, path)
    put(path, notice("关于甲的通知", "一。").replace("7月1日", "8月2日"))
    [item] = [each for each in read(path) if isinstance(each, Item)]
    found = Library.peek(home).examine(item.document, With(origin=item.origin))
    assert found.replaces is not None
    shown = found.replaces
    assert (shown.policy_id, shown.n, shown.source) == ("某民发〔2023〕7号", 1, "甲.txt")
    assert [(d.label, d.before, d.after) for d in shown.fields] == [
        ("成文日期", "2023-07-01", "2023-08-02")
    ]
    assert shown.passages[0] == shown.passages[1] + 1
    assert (shown.gone, shown.new) == (2, 1)  # a paragraph is gone, the date's line is another
    assert len(Library.open(home).history("某民发〔2023〕7号")) == 1


def restore(home: Path, policy_id: str, n: int) -> Outcome:
    with Library.open(home).writing() as writer:
        outcome = writer.restore(policy_id, n)
        writer.commit()
    return outcome


def test_states_come_back_with_their_corrections(home: Path, tmp_path: Path) -> None:
    path = put(tmp_path / "甲.txt", notice("关于甲的通知", "一稿。"))
    add(home, path)
    put(tmp_path / "甲.toml", 'date = "2020-01-02"')
    add(home, path)
    put(path, notice("关于甲的通知", "二稿。"))
    put(tmp_path / "甲.toml", "")
    add(home, path)
    library = Library.open(home)
    assert [v.entry.correction for v in library.history("某民发〔2023〕7号")] == [
        None,
        'date = "2020-01-02"',
        "",
    ]
    assert library.former("某民发〔2023〕7号", 2).policy.date == "2020-01-02"
    assert restore(home, "某民发〔2023〕7号", 2).replaced == 3
    assert Library.open(home).describe("某民发〔2023〕7号").policy.date == "2020-01-02"
    assert len(Library.open(home).history("某民发〔2023〕7号")) == 4
    assert restore(home, "某民发〔2023〕7号", 4).kind == "unchanged"
    with pytest.raises(LibraryError, match="没有第 9 个状态"):
        restore(home, "某民发〔2023〕7号", 9)
    with pytest.raises(PolicyNotFound):
        restore(home, "没有的", 1)


def test_a_removed_policy_comes_back_and_can_be_forgotten(home: Path, tmp_path: Path) -> None:
    path = put(tmp_path / "甲.txt", notice("关于甲的通知", "一稿。"))
    add(home, path)
    put(path, notice("关于甲的通知", "二稿。"))
    add(home, path)
    library = Library.open(home)
    library.remove("某民发〔2023〕7号")
    assert own(home) == {}
    assert [v.is_current for v in library.history("某民发〔2023〕7号")] == [False, False]
    restore(home, "某民发〔2023〕7号", 1)
    assert "一稿" in own(home)["某民发〔2023〕7号"]
    kept = {p.name for p in (home / "library" / "sources").iterdir()}
    with Library.open(home).writing() as writer:
        writer.remove("某民发〔2023〕7号", forget=True)
        writer.commit()
    assert len(kept) - len(list((home / "library" / "sources").iterdir())) == 2
    with pytest.raises(PolicyNotFound):
        Library.open(home).history("某民发〔2023〕7号")


def test_a_source_that_is_another_policy_by_now_is_not_brought_back(
    home: Path, tmp_path: Path
) -> None:
    """As after a removal, when the same file came in under another id."""
    path = put(tmp_path / "甲.txt", notice("关于甲的通知", "一稿。"))
    add(home, path)
    Library.open(home).remove("某民发〔2023〕7号")
    put(tmp_path / "甲.toml", 'number = "某民发〔2023〕8号"')
    assert ids(add(home, path)) == [("added", "某民发〔2023〕8号")]
    with pytest.raises(LibraryError, match="某民发〔2023〕8号"):
        restore(home, "某民发〔2023〕7号", 1)


def test_a_correction_afterwards_is_a_state(home: Path, tmp_path: Path) -> None:
    add(home, put(tmp_path / "甲.txt", notice("关于甲的通知", "一稿。")))
    with Library.open(home).writing() as writer:
        with pytest.raises(CorrectionError):
            writer.correct("某民发〔2023〕7号", 'date = "昨天"')
        writer.correct("某民发〔2023〕7号", 'number = "某民发〔2023〕9号"')
        writer.commit()
    held = Library.open(home).describe("某民发〔2023〕7号")  # the id stays
    assert held.policy.number == "某民发〔2023〕9号"
    assert len(Library.open(home).history("某民发〔2023〕7号")) == 2


def test_a_damaged_earlier_source_is_named(home: Path, tmp_path: Path) -> None:
    path = put(tmp_path / "甲.txt", notice("关于甲的通知", "一稿。"))
    [first] = add(home, path)
    put(path, notice("关于甲的通知", "二稿。"))
    add(home, path)
    (home / "library" / "sources" / f"{first.entry.sha256}.txt").write_bytes(b"x")
    with pytest.raises(LibraryError, match="校验值不符"):
        restore(home, "某民发〔2023〕7号", 1)
    assert "二稿" in own(home)["某民发〔2023〕7号"]
    with pytest.raises(LibraryError, match="没有写备份"):
        write_backup(home, tmp_path / "备份.zip")


def second_format(home: Path) -> bytes:
    """Rewrites a library's list as the second format kept it: no paths, no former states."""
    path = home / "library" / "library.jsonl"
    catalogue = Library.open(home)
    puts = [
        {"put": {**json.loads(line)["put"]}}
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.startswith('{"put"')
    ]
    for each in puts:
        del each["put"]["origin"]

    lines = [{"format": "zhengsou-library", "format_version": 2}, *puts]
    body = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines).encode()
    seal = {"commit": 1, "sha256": hashlib.sha256(body).hexdigest()}
    path.write_bytes(body + json.dumps(seal).encode() + b"\n")
    head = home / "library" / "library.json"
    head.write_text('{"format_version": 2, "changes": "library.jsonl"}\n', encoding="utf-8")
    assert len(catalogue) > 0
    return path.read_bytes()


def test_a_library_of_the_second_format_opens_without_loss_and_says_so(
    home: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = put(tmp_path / "甲.txt", notice("关于甲的通知", "一稿。"))
    add(home, path)
    put(path, notice("关于甲的通知", "二稿。"))
    add(home, path)  # the list has two states, of which the second format kept one
    before = second_format(home)
    expected = own(home)
    assert "新的格式" in caplog.text
    assert (home / "library" / "library.format2.jsonl").read_bytes() == before
    library = Library.open(home)
    assert len(library.history("某民发〔2023〕7号")) == 1
    assert "二稿" in expected["某民发〔2023〕7号"]
    assert [one.kind for one in add(home, path)] == ["unchanged"]  # and its path is known now
    put(path, notice("关于甲的通知", "三稿。"))
    assert ids(add(home, path)) == [("updated", "某民发〔2023〕7号")]
    assert len(Library.open(home).history("某民发〔2023〕7号")) == 2


class NothingIsLost(RuleBasedStateMachine):
    """Files change, move, are added, removed and restored; a plain model says what must be there.

    The model keeps, by policy, every text that it ever was: a list that only grows.  The
    library has to give each of them back, number by number, after any run of steps.
    """

    def __init__(self) -> None:
        super().__init__()
        self.work = Path()
        self.states: dict[str, list[str]] = {}
        self.held: dict[str, str] = {}

    @initialize(work=st.just(None))
    def begin(self, work: None) -> None:
        self.work = WORK[0] / f"例{len(list(WORK[0].iterdir()))}"
        self.work.mkdir()
        Library.open(self.home)

    @property
    def home(self) -> Path:
        return self.work / "家"

    @rule(
        folder=st.sampled_from("甲乙"),
        name=st.sampled_from(["通知.txt", "办法.txt"]),
        title=st.sampled_from(["关于互助的通知", "关于养老的通知"]),
        number=st.sampled_from([None, "某民发〔2023〕7号"]),
        body=st.integers(1, 3),
        upload=st.booleans(),
    )
    def add(
        self, folder: str, name: str, title: str, number: str | None, body: int, upload: bool
    ) -> None:
        text = notice(title, f"第{body}稿。", number=number)
        path = put(self.work / folder / name, text)
        given: Given = path
        if upload:
            given = Uploaded(put(self.work / "上传" / name, text).parent)
        for outcome in add(self.home, given):
            known = self.states.setdefault(outcome.entry.id, [])
            if outcome.kind != "unchanged":
                self.held[outcome.entry.id] = text
                if not known or known[-1] != text or outcome.kind == "updated":
                    known.append(text)
            elif outcome.earlier:
                assert known[outcome.earlier - 1] == text
            else:
                assert self.held[outcome.entry.id] == text
        for each in (self.work / "上传").glob("*"):
            each.unlink()

    @rule(data=st.data())
    def remove(self, data: st.DataObject) -> None:
        if self.held:
            policy_id = data.draw(st.sampled_from(sorted(self.held)))
            Library.open(self.home).remove(policy_id)
            del self.held[policy_id]

    @rule(data=st.data())
    def restore(self, data: st.DataObject) -> None:
        if not self.states:
            return
        policy_id = data.draw(st.sampled_from(sorted(self.states)))
        known = self.states[policy_id]
        n = data.draw(st.integers(1, len(known)))
        try:
            outcome = restore(self.home, policy_id, n)
        except LibraryError as error:
            assert "现在是馆藏中的" in error.message
            assert known[n - 1] in [t for i, t in self.held.items() if i != policy_id]
            return
        assert outcome.entry.id == policy_id
        if outcome.kind == "updated" or (outcome.kind == "added" and known[-1] != known[n - 1]):
            known.append(known[n - 1])
        self.held[policy_id] = known[n - 1]

    @rule()
    def back_up_and_restore(self) -> None:
        write_backup(self.home, self.work / "备份.zip")
        shutil.rmtree(self.home)
        restore_backup(self.home, self.work / "备份.zip")

    @invariant()
    def every_state_is_there(self) -> None:
        if not self.work.name:
            return
        library = Library.open(self.home)
        assert own(self.home) == self.held
        for policy_id, texts in self.states.items():
            assert [v.n for v in library.history(policy_id)] == list(range(1, len(texts) + 1))
            assert [library.former(policy_id, n).text for n in range(1, len(texts) + 1)] == texts


WORK: list[Path] = []


@pytest.fixture(scope="module", autouse=True)
def work(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    WORK.append(tmp_path_factory.mktemp("历史"))
    yield
    WORK.clear()


TestNothingIsLost = NothingIsLost.TestCase
TestNothingIsLost.settings = settings(max_examples=10, stateful_step_count=10, deadline=None)
