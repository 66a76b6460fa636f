"""The pictures: numbers counted by hand, links, colours, and the files they are saved as."""

from __future__ import annotations

import csv
import io
import random
import re
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlencode

import openpyxl
import pytest
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

import webapp
from indexer.query.parser import parse
from indexer.query.tree import And, Everything, Metadata
from indexer.results.model import FacetValue, Filters, IndexRecord
from indexer.searcher import Searcher
from tests.support import oracle, queries
from tests.support.markup import Page
from webapp import create_app
from webapp.charts import bars, palette, tiles
from webapp.charts.numbers import Item, Series, with_theme
from webapp.charts.palette import Scale
from webapp.charts.saving import png_file
from webapp.charts.svg import element, text
from webapp.charts.tilegrid import PLACES
from webapp.errors import PictureError
from webapp.pages import theme_view
from webapp.settings import Settings
from webapp.web.urls import SearchParams

TITLE = "民政部关于同意将北京市石景山区等单位确认为全国社区治理和服务创新实验区的批复"
SVG = "{http://www.w3.org/2000/svg}"
STATES = (
    "",
    "q=社区",
    "q=三社联动 党建&kind=zone",
    "q=治理&province=江苏省&province=四川省",
    "theme=党建引领",
    "q=“没有这个词” 社区",
    "q=“没有这个词”",
)


@pytest.fixture(scope="module")
def client(home: Path) -> Iterator[FlaskClient]:
    app = create_app(Settings(home))
    yield app.test_client(use_cookies=False)
    with app.app_context():
        app.extensions["zhengsou"].searcher.close()


def matched(client: FlaskClient, state: str) -> tuple[str, Filters]:
    """The query and the filters of an address, as the oracle takes them."""
    with client.application.test_request_context(f"/?{state}") as context:
        params = SearchParams.parse(context.request.args)
        return params.q, params.filters


def by_hand(
    entries: Iterable[IndexRecord], searcher: Searcher, q: str, filters: Filters, *facets: str
) -> Counter[tuple[str, ...]]:
    """Counts of the values of facets, their own choices aside, over the hits of a search."""
    results = searcher.search(q, size=200, synonyms=True)
    everywhere = {hit.record.record.id: hit.match for hit in results.hits}
    loose = Filters(**{
        name: () if name in facets else value
        for name, value in ((n, filters.chosen(n)) for n in oracle.FACETS)
    })  # fmt: skip
    chosen = [e for e in entries if e.record.id in everywhere and oracle.passes(e, filters)]
    full = any(everywhere[e.record.id] != "partial" for e in chosen)
    counts = Counter[tuple[str, ...]]()
    for entry in entries:
        kind = everywhere.get(entry.record.id, "none")
        if kind == "none" or (kind == "partial") == full or not oracle.passes(entry, loose):
            continue
        first, *others = (oracle.values(entry, facet) for facet in facets)
        second = others[0] if others else None
        for value in first:
            counts.update([(value, o) for o in second] if second is not None else [(value,)])
    return counts


def csv_rows(client: FlaskClient, address: str) -> list[list[str]]:
    response = client.get(address)
    assert response.status_code == 200, response.get_data(as_text=True)
    assert response.data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(response.data.decode("utf-8-sig"))))
    assert rows[1][-1].startswith("检索式：")
    return [row for row in rows if any(row[:-1])]


def labels(root: ET.Element) -> dict[str, int]:
    """Every tile, bar and cell by its name, with the number that it says."""
    named = (
        title.text or "" for part in root.iter(f"{SVG}g") for title in part.iter(f"{SVG}title")
    )
    pairs = (name.rpartition(" ") for name in named if re.search(r" \d+$", name))
    return {name: int(count) for name, _, count in pairs}


def svg(client: FlaskClient, address: str) -> ET.Element:
    response = client.get(address)
    assert response.status_code == 200
    assert response.mimetype == "image/svg+xml"
    return ET.fromstring(response.data)


# Numbers


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("facet", ["province", "year", "theme"])
def test_a_pictures_numbers_are_the_facets_and_right(
    client: FlaskClient,
    searcher: Searcher,
    entries: tuple[IndexRecord, ...],
    facet: str,
    state: str,
) -> None:
    q, filters = matched(client, state)
    counts = {key[0]: n for key, n in by_hand(entries, searcher, q, filters, facet).items()}
    rows = csv_rows(client, f"/chart/{facet}.csv?{state}")
    assert {row[0]: int(row[1]) for row in rows[1:] if row[1] != "0"} == counts
    facets = searcher.search(q, filters=filters).facets[facet]
    assert [(row[0], int(row[1])) for row in rows[1:]] == [(v.label, v.count) for v in facets]
    drawn = labels(svg(client, f"/chart/{facet}.svg?{state}"))
    for name, count in drawn.items():
        known = counts.get(name, 0)
        assert count == known, name
    if facet != "theme":
        assert {name for name, count in drawn.items() if count} == set(counts)


@settings(max_examples=30)
@given(chance=st.integers(0, 2**32).map(random.Random))
def test_the_pictures_of_any_query_have_the_facets_numbers(
    client: FlaskClient, searcher: Searcher, chance: random.Random
) -> None:
    q = queries.query(chance)
    facets = searcher.search(q).facets
    for facet in ("province", "year", "theme"):
        counted = {v.label: v.count for v in facets.get(facet, ())}
        drawn = labels(svg(client, f"/chart/{facet}.svg?{urlencode({'q': q})}"))
        assert {name: n for name, n in drawn.items() if counted.get(name, 0) != n} == {}
        if facet != "theme":
            assert {name for name, n in drawn.items() if n} == set(counted)


@pytest.mark.parametrize("state", STATES)
def test_the_matrix_of_themes_and_provinces_is_counted_right(
    client: FlaskClient, searcher: Searcher, entries: tuple[IndexRecord, ...], state: str
) -> None:
    q, filters = matched(client, state)
    facets = searcher.search(q, filters=filters).facets
    listed = [{value.value for value in facets[name]} for name in ("theme", "province")]
    counts = {
        (theme, province): count
        for (theme, province), count in by_hand(
            entries, searcher, q, filters, "theme", "province"
        ).items()
        if theme in listed[0] and province in listed[1]
    }
    head, *rows = csv_rows(client, f"/chart/theme-province.csv?{state}")
    table = {
        (row[0], province): int(cell)
        for row in rows
        for province, cell in zip(head[1:-1], row[1:-1], strict=True)
    }
    assert {pair: n for pair, n in table.items() if n} == counts
    drawn = labels(svg(client, f"/chart/theme-province.svg?{state}"))
    cells = {tuple(name.split("，")): n for name, n in drawn.items() if "，" in name}
    assert cells.items() <= counts.items()


def test_the_matrix_of_themes_is_counted_right(
    client: FlaskClient, entries: tuple[IndexRecord, ...]
) -> None:
    counts = oracle.cross(entries, Filters(), "theme", "theme")
    head, *rows = csv_rows(client, "/chart/theme-theme.csv")
    table = {
        (row[0], other): int(cell)
        for row in rows
        for other, cell in zip(head[1:-1], row[1:-1], strict=True)
    }
    assert {pair: n for pair, n in table.items() if n} == counts


# Links


def total(client: FlaskClient, address: str) -> int:
    response = client.get(address)
    assert response.status_code == 200, address
    line = Page(response.get_data(as_text=True)).one("p", "count").text
    return int(re.search(r"\d+", line).group())  # type: ignore[union-attr]


@pytest.mark.parametrize("address", [
    "/overview", "/overview?q=治理&kind=zone&sort=date", "/overview?province=江苏省&theme=党建引领",
    "/themes", "/themes/三社联动", "/overview?q=(社区 OR 治理",
])  # fmt: skip
def test_every_tile_bar_and_cell_leads_to_as_many_records_as_it_says(
    client: FlaskClient, address: str
) -> None:
    page = Page(client.get(address).get_data(as_text=True))
    links = [e for e in page.all("a") if e.inside("svg")]
    assert len(links) >= 5
    for link in links[:: max(1, len(links) // 25)]:
        name, _, count = link.attrs["aria-label"].rpartition(" ")
        assert name and total(client, link.attrs["href"]) == int(count), link.attrs
    table = [e for e in page.all("a") if e.inside("table", "numbers")]
    for link in table[:: max(1, len(table) // 10)]:
        assert total(client, link.attrs["href"]) == int(link.text), link.attrs


def test_the_table_beside_a_picture_has_its_numbers(client: FlaskClient) -> None:
    page = Page(client.get("/overview?q=社区").get_data(as_text=True))
    for name in ("province", "year", "theme"):
        section = next(e for e in page.all("section", "picture") if name in e.classes)
        inside = [e for e in page.elements if section in above(e)]
        drawn = {e.text for e in inside if e.tag == "title" and not e.text.endswith(" 0")}
        heads = [e.text for e in inside if e.tag == "th" and e.attrs["scope"] == "row"]
        cells = [e.text for e in inside if e.tag == "td" and "share" not in e.classes]
        assert {f"{head} {cell}" for head, cell in zip(heads, cells, strict=True)} == drawn


def above(element: object) -> list[object]:
    found = []
    while (element := getattr(element, "parent", None)) is not None:
        found.append(element)
    return found


def test_the_search_keeps_its_state_on_the_way_to_the_pictures_and_back(
    client: FlaskClient,
) -> None:
    page = Page(client.get("/?q=社区&kind=zone&sort=date&page=2").get_data(as_text=True))
    links = [e for e in page.all("a") if e.text == "图表"]
    there = next(e.attrs["href"] for e in links if e.inside("p", "views"))
    assert there.startswith("/overview?")
    pictures = Page(client.get(there).get_data(as_text=True))
    back = next(e.attrs["href"] for e in pictures.all("a") if e.text == "查看记录")
    assert matched(client, back.partition("?")[2]) == ("社区", Filters(kind=("zone",)))
    assert "sort=date" in back
    chip = next(e for e in pictures.all("a") if e.inside("ul", "chips"))
    assert chip.attrs["href"].startswith("/overview?")


@given(q=st.text(alphabet='社区治理()（）“”"| ORANDT-*:、议题同句1', max_size=12))
def test_a_theme_is_joined_to_a_query_without_changing_its_meaning(q: str) -> None:
    joined = with_theme(SearchParams(q=q), "社区“云”治理")
    if joined is None:
        return
    tree = parse(joined.q).tree
    alone = parse(q).tree
    assert tree == Metadata("社区云治理", "theme") or isinstance(tree, And)
    if isinstance(tree, And):
        rest = tuple(c for c in tree.children if c != Metadata("社区云治理", "theme"))
        same = alone.children if isinstance(alone, And) else (alone,)
        assert rest == tuple(c for c in same if c != Everything())


def test_joining_a_theme_to_an_odd_query_is_refused_not_guessed() -> None:
    assert with_theme(SearchParams(q="甲) OR 乙)"), "三社联动") is None
    joined = with_theme(SearchParams(q="甲 OR 乙"), "三社联动")
    assert joined is not None and joined.q == "议题:“三社联动” (甲 OR 乙)"


# Colours and shapes


def luminance(colour: str) -> float:
    """WCAG 2.1's relative luminance of ``#rrggbb``."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def sheet_steps() -> list[list[tuple[str, str]]]:
    """The steps of the style sheet: light, then dark."""
    sheet = (Path(webapp.__file__).parent / "static/charts.css").read_text(encoding="utf-8")
    found = re.findall(r"--step(\d): (#\w{6}); --step\1-ink: (#\w{6})", sheet)
    assert [int(n) for n, _, _ in found] == [*range(6), *range(6)]
    pairs = [(fill, ink) for _, fill, ink in found]
    return [pairs[:6], pairs[6:]]


def test_numbers_are_legible_on_every_step_and_the_steps_go_one_way() -> None:
    light, dark = sheet_steps()
    assert light == [(step.fill, step.ink) for step in palette.STEPS]
    for steps, downwards in ((light, True), (dark, False)):
        for fill, ink in steps:
            assert contrast(fill, ink) >= 4.5, (fill, ink)
        brightness = [luminance(fill) for fill, _ in steps[1:]]
        assert brightness == sorted(brightness, reverse=downwards)


@given(most=st.integers(1, 10_000), data=st.data())
def test_a_deeper_colour_never_means_fewer(most: int, data: st.DataObject) -> None:
    scale = Scale(most)
    a, b = sorted(data.draw(st.lists(st.integers(0, most), min_size=2, max_size=2)))
    assert scale.step(a) <= scale.step(b) <= 5
    assert scale.step(0) == 0 and (a == 0 or scale.step(a) >= 1)
    where = {n: step for step, low, high in scale.legend() for n in range(low, high + 1)}
    assert len(where) == most
    assert where[most] == scale.step(most) and (a == 0 or where[a] == scale.step(a))


def test_every_province_has_a_square_of_its_own() -> None:
    assert len(PLACES) == 34 == len({(p.row, p.column) for p in PLACES.values()})
    names = ["北京市", "内蒙古自治区", "广西壮族自治区", "香港特别行政区", "台湾省", "黑龙江省"]
    codes = [tiles.province_code(name) for name in names]
    assert codes == ["11", "15", "45", "81", "71", "23"]
    for name, code in zip(names, codes, strict=True):
        assert code and name.startswith(PLACES[code].name)


def item(value: str, count: int) -> Item:
    return Item(value, value, count, False, f"/?year={value}")


def test_a_name_without_a_square_is_said_beside_the_map() -> None:
    series = Series("province", (item("江苏省", 3), item("西康省", 1), item("哥谭市", 2)))
    assert [each.value for each in tiles.not_drawn(series)] == ["西康省", "哥谭市"]
    assert "哥谭" not in tiles.tile_map(series).body


def test_years_stand_in_order_with_the_empty_ones_between() -> None:
    series = Series("year", (item("2019", 5), item("2016", 2)))
    drawn = bars.standing(series).body
    assert re.findall(r">(20\d\d)</text>", drawn) == ["2016", "2017", "2018", "2019"]
    many = Series("year", tuple(item(str(year), 1) for year in range(1800, 2020)))
    assert bars.years_left_out(many) == 220 - bars.MAX_YEARS
    assert "1900" not in bars.standing(many).body


HOSTILE = "<script>alert(1)</script>\x00\x1b&\"'\u202e]]>\ud800" + "长" * 300


@given(content=st.one_of(st.text(max_size=40), st.just(HOSTILE)))
def test_whatever_stands_in_a_text_the_svg_is_well_formed(content: str) -> None:
    value = FacetValue(content, content, 3, False)
    series = Series("theme", (Item(value.value, value.label, 3, False, f"/?theme={content}"),))
    drawn = element("svg", bars.lying(series).body, xmlns=SVG.strip("{}"))
    root = ET.fromstring(drawn.encode("utf-8"))
    assert {child.tag for child in root.iter()} <= {
        f"{SVG}{name}" for name in ("svg", "a", "title", "rect", "text")
    }


# Files


def test_a_saved_picture_says_what_it_is_and_where_it_comes_from(client: FlaskClient) -> None:
    response = client.get("/chart/province.svg?q=社区&kind=zone")
    root = ET.fromstring(response.data)
    written = "".join(root.itertext())
    assert "提到“社区”的实验区，按省级，n = 29" in written
    assert "检索式：社区" in written and "类型＝zone" in written
    shown = "".join(t.text or "" for t in root.iter(f"{SVG}text"))
    assert f"来源：《{TITLE}》；政搜检索，" in shown and "分析指纹" not in shown
    assert "attachment" in response.headers["Content-Disposition"]
    links = [a.attrib["href"] for a in root.iter(f"{SVG}a")]
    assert links and all(link.startswith("http://localhost/?q=") for link in links)
    assert "style" not in {name for e in root.iter() for name in e.attrib}


@pytest.mark.parametrize("name", ["province", "year", "theme", "theme-province", "theme-theme"])
def test_a_picture_can_be_saved_as_png(client: FlaskClient, name: str) -> None:
    png = client.get(f"/chart/{name}.png")
    assert png.status_code == 200 and png.mimetype == "image/png"
    drawing = ET.fromstring(client.get(f"/chart/{name}.svg").data)
    assert png.data[:8] == b"\x89PNG\r\n\x1a\n"
    width = int.from_bytes(png.data[16:20], "big")
    assert abs(width - 2 * float(drawing.attrib["width"])) <= 2


@pytest.mark.parametrize("name", ["province", "theme-province"])
def test_a_picture_for_word_or_a_slide_has_its_size(client: FlaskClient, name: str) -> None:
    for size, expected, dpi in (("word", (1890, None), 300), ("slide", (1920, 1080), 96)):
        png = client.get(f"/chart/{name}.png?q=社区&for={size}").data
        with Image.open(io.BytesIO(png)) as image:
            assert image.width == expected[0] and expected[1] in (None, image.height)
            assert round(image.info["dpi"][0]) == dpi
            assert "分析指纹" in image.info["Description"]
            # The title is on it, not cut off: white stays on every side.
            edges = [image.crop(box).getcolors() for box in sides(image.size)]
            assert all(colours == [(n, (255, 255, 255))] for colours in edges for n, _ in colours)
    for wrong in ("png?for=poster", "svg?for=word", "png?count=pages"):
        assert client.get(f"/chart/{name}.{wrong}").status_code == 400


def sides(size: tuple[int, int]) -> list[tuple[int, int, int, int]]:
    width, height = size
    return [(0, 0, width, 4), (0, height - 4, width, height), (0, 0, 4, height),
            (width - 4, 0, width, height)]  # fmt: skip


@pytest.mark.parametrize("facet", ["province", "year", "theme"])
def test_documents_are_counted_where_that_is_asked_for(
    client: FlaskClient, entries: tuple[IndexRecord, ...], facet: str
) -> None:
    found = {(v, e.policy.id) for e in entries for v in oracle.values(e, facet)}
    expected = Counter(value for value, _policy in found)
    rows = csv_rows(client, f"/chart/{facet}.csv?count=document")
    assert {row[0]: int(row[1]) for row in rows[1:]} == expected
    page = Page(client.get("/overview?count=document").get_data(as_text=True))
    assert [e.text for e in page.all("strong") if e.inside("p", "counted")] == ["文件"]
    # The one document has zones in provinces, and passages in none: it counts once.
    assert "没有省级地区的文件" not in page.one("main").text
    assert "全部文件，按年份，n = 1" in page.one("main").text
    assert client.get("/chart/theme-province.csv?count=document").status_code == 400


def test_the_matrix_has_the_totals_of_the_facets(client: FlaskClient, searcher: Searcher) -> None:
    page = Page(client.get("/overview?q=社区").get_data(as_text=True))
    section = next(e for e in page.all("section", "picture") if "theme-province" in e.classes)
    totals = [e.text for e in page.all("td") if e.inside("tfoot") and section in above(e)]
    facets = searcher.search("社区").facets
    assert totals == [*(str(value.count) for value in facets["province"]), ""]


def test_every_column_is_labelled_or_none_and_no_year_is_cut_off() -> None:
    few = bars.standing(Series("year", tuple(item(str(y), 9) for y in range(2011, 2019)))).body
    assert few.count(">9</text>") == 8
    values = tuple(item(str(1950 + i), 1000 if i == 30 else 1) for i in range(70))
    many = bars.standing(Series("year", values))
    columns = re.findall(r'font-size="12" text-anchor="middle">(\d{1,3}|1000)</text>', many.body)
    assert columns == [] and ">1000</text>" in many.body
    ticks = re.findall(r'x="([\d.]+)"[^>]*>(19|20)\d\d</text>', many.body)
    places = [float(x) for x, _ in ticks]
    assert min(places) >= 15 and max(places) <= many.width - 15
    assert all(b - a >= 29 for a, b in pairwise(places))


def test_the_years_share_is_of_all_documents_of_the_year(client: FlaskClient) -> None:
    page = Page(client.get("/overview?q=三社联动").get_data(as_text=True))
    assert [e.text for e in page.all("td", "share")] == ["100.0%"]
    assert page.all("circle")


def test_without_a_chinese_font_there_is_a_reason_instead_of_a_picture() -> None:
    with pytest.raises(PictureError, match="没有中文字体") as caught:
        png_file(element("svg", text("三社联动", 0, 10)), system_fonts=False)
    assert "SVG" in caught.value.hint


def test_pictures_of_nothing_and_unknown_ones(client: FlaskClient) -> None:
    page = Page(client.get("/overview?q=、、").get_data(as_text=True))
    assert "没有可画的数据" in page.one("main").text
    for form in ("svg", "png", "csv"):
        assert client.get(f"/chart/theme.{form}?q=、、").status_code == 200
    assert client.get("/chart/moon.svg").status_code == 404
    assert client.get("/chart/theme.gif").status_code == 404
    assert client.get("/overview?colour=red").status_code == 400


@pytest.mark.parametrize("state", ["", "?q=社区&kind=zone", "?theme=三社联动"])
def test_the_table_of_themes_has_ones_where_records_carry_them(
    client: FlaskClient, searcher: Searcher, entries: tuple[IndexRecord, ...], state: str
) -> None:
    q, filters = matched(client, state.removeprefix("?"))
    hits = searcher.export(q, filters=filters).hits
    head, *rows = csv_rows(client, f"/export/themes-matrix.csv{state}")
    assert head[:5] == ["附件序号", "省级", "地级", "县级", "实验单位"]
    assert head[-2:] == ["记录编号", "检索说明"]
    names = head[5:-2]
    assert sorted(names) == sorted({name for entry in entries for name in entry.themes})
    assert [row[-2] for row in rows] == [hit.record.record.id for hit in hits]
    for row, hit in zip(rows, hits, strict=True):
        assert row[5:-2] == [str(int(name in hit.record.themes)) for name in names]
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"/export/themes-matrix.xlsx{state}").data))
    sheet = [list(line) for line in book.worksheets[0].iter_rows(values_only=True)]
    assert sheet[0] == head[:-1]
    for line, row in zip(sheet[1:], rows, strict=True):
        assert [cell or "" for cell in line[:5]] == row[:5]
        assert line[5:-1] == [int(cell) for cell in row[5:-2]]
    assert book.worksheets[1].title == "检索说明"


def test_the_links_to_the_table_of_themes_mean_the_zones(client: FlaskClient) -> None:
    page = Page(client.get("/themes").get_data(as_text=True))
    links = [a for a in page.links() if "themes-matrix" in a]
    assert links == ["/export/themes-matrix.csv?kind=zone", "/export/themes-matrix.xlsx?kind=zone"]
    assert len(csv_rows(client, links[0])) == 1 + 31
    assert client.get("/export/themes-matrix.pdf").status_code == 404


# Theme pages and similar records


def test_themes_are_sorted_and_searched_by_name_and_variant(client: FlaskClient) -> None:
    def names(address: str) -> list[str]:
        page = Page(client.get(address).get_data(as_text=True))
        return [
            e.text for e in page.all("th") if e.inside("table", "listing") and e.inside("tbody")
        ]

    everything = names("/themes")
    by_name = names("/themes?sort=name")
    assert sorted(by_name) == sorted(everything) and by_name != everything
    # Pinyin: bian, dang, san, wang.
    order = [by_name.index(n) for n in ("便民服务", "党建引领", "三社联动", "网格化服务管理")]
    assert order == sorted(order)
    assert names("/themes?q=三社联动") == ["三社联动"]
    assert "三社联动" in names("/themes?q=三社協同")  # a variant, traditional characters
    assert names("/themes?q=火星") == []
    assert client.get("/themes?sort=size").status_code == 400


def test_a_theme_names_what_goes_with_it_and_the_links_find_both(
    client: FlaskClient, entries: tuple[IndexRecord, ...]
) -> None:
    page = Page(client.get("/themes/三社联动").get_data(as_text=True))
    beside = [e for e in page.all("a") if e.inside("ul", "beside")]
    shown = {e.text.rpartition(" ")[0]: int(e.text.rpartition(" ")[2]) for e in beside}
    pairs = oracle.cross(entries, Filters(), "theme", "theme")
    assert shown == {
        b: count for (a, b), count in pairs.items() if a == "三社联动" and b != "三社联动"
    }
    for link in beside:
        assert total(client, link.attrs["href"]) == int(link.text.rpartition(" ")[2])


def test_a_large_theme_shows_its_first_records_and_counts_all(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(theme_view, "MOST_RECORDS", 2)
    page = Page(client.get("/themes/三社联动").get_data(as_text=True))
    assert len([e for e in page.all("article") if "hit" in (e.attrs.get("class") or "")]) == 2
    everything = next(e for e in page.all("a") if e.text.startswith("在检索中逐页看全部"))
    assert total(client, everything.attrs["href"]) == int(everything.text.split()[1])
    provinces = [e for e in page.all("a", "value") if e.inside("nav", "side")]
    counts = [int(re.findall(r"\d+$", e.text)[0]) for e in provinces]
    assert sum(counts) == total(client, everything.attrs["href"])
    off = [(e, n) for e, n in zip(provinces, counts, strict=True) if "#" not in e.attrs["href"]]
    assert off
    assert [total(client, e.attrs["href"]) for e, _ in off] == [n for _, n in off]


def test_similar_records_say_what_both_share(
    client: FlaskClient, searcher: Searcher, entries: tuple[IndexRecord, ...]
) -> None:
    by_id = {entry.record.id: entry for entry in entries}
    for entry in entries:
        found = searcher.similar(entry.record.id)
        expected = oracle.similar(entry, entries)
        assert [one.record.record.id for one in found] == [
            name
            for name, _ in sorted(
                expected.items(), key=lambda pair: (-round(pair[1], 6), by_id[pair[0]].order)
            )
        ][:5]
        for one in found:
            assert set(one.themes) == set(entry.themes) & set(one.record.themes)
            shared = set(entry.keywords) & set(one.record.keywords)
            assert set(one.words) == shared - set(one.themes)
            assert one.themes or one.words
    page = Page(client.get("/record/民函〔2019〕41号/zone-11").get_data(as_text=True))
    text_of_page = page.one("ul", "similar").text
    assert "因共同议题：网格化服务管理、居民自治" in text_of_page
    assert "共同词：衔接" in text_of_page
