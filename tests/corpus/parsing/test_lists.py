"""Lists of units in the shapes in which offices write them, a kind at a time.

Each is a list below a caption, with the divisions that a reader finds in it, in order;
``?`` is a unit whose division cannot be told.
"""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.formats.read import read_documents
from corpus.parsing.notice import parse, parse_document
from corpus.policy import ParsedPolicy, Record
from tests.corpus.parsing.test_notice import assert_tiled

HEAD = """\
某部关于公布试点地区名单的通知
各省民政厅：
现公布如下。
某部
2019年5月9日
附件
试点地区名单
"""
REPLY = "民政部关于同意确认实验区的批复\n各省民政厅（局）：\n{}\n民政部\n2021年9月15日\n"
PAGE = """\
<meta charset="utf-8"><h1>某部关于公布试点县名单的通知</h1><p>各省民政厅：</p><p>现公布。</p>
<p>某部</p><p>2019年5月1日</p><p>附件</p>
"""


def read(text: str) -> ParsedPolicy:
    return parse(text, source="x.txt", sha256="0" * 64)


def zones(parsed: ParsedPolicy) -> list[Record]:
    return [record for record in parsed.records if record.kind == "zone"]


def places(parsed: ParsedPolicy) -> str:
    return " ".join(z.region.full_name if z.region else "?" for z in zones(parsed))


def counted(parsed: ParsedPolicy) -> list[str]:
    return [w.message for w in parsed.warnings if w.code == "count-mismatch"]


LISTS = [
    pytest.param(
        ("河北省石家庄市鹿泉区；河北省平山县；山西省大同市；山西省晋城市\n"),
        "河北省石家庄市鹿泉区 河北省石家庄市平山县 山西省大同市 山西省晋城市",
        id="several: semicolon",
    ),
    pytest.param(
        ("河北省石家庄市鹿泉区，山西省大同市、晋城市，浙江省杭州市上城区、衢州市\n"),
        "河北省石家庄市鹿泉区 山西省大同市 山西省晋城市 浙江省杭州市上城区 浙江省衢州市",
        id="several: one paragraph comma",
    ),
    pytest.param(
        (
            "河北省：石家庄市鹿泉区和平山县\n"
            "海南省：琼海市、文昌市以及陵水县\n"
            "天津市：和平区与河北区\n"
        ),
        (
            "河北省石家庄市鹿泉区 河北省石家庄市平山县 海南省琼海市 海南省文昌市 "
            "海南省陵水黎族自治县 天津市和平区 天津市河北区"
        ),
        id="several: 和 及",
    ),
    pytest.param(
        ("河北省石家庄市鹿泉区、平山县等\n山西省大同市等2个市\n"),
        "河北省石家庄市鹿泉区 河北省石家庄市平山县 山西省大同市",
        id="several: etc",
    ),
    pytest.param(
        (
            "河北省石家庄市鹿泉区（含开发区）\n"
            "北京市通州区（张家湾镇、宋庄镇）\n"
            "浙江省杭州市上城区（2019年新增）\n"
        ),
        "河北省石家庄市鹿泉区 北京市通州区 浙江省杭州市上城区",
        id="several: etc remarks",
    ),
    pytest.param(
        ("北京市朝阳区、海淀区（共2个）\n山西省晋城市、长治市（2个）\n"),
        "北京市朝阳区 北京市海淀区 山西省晋城市 山西省长治市",
        id="several: unit then number of",
    ),
    pytest.param(
        (
            "河北省石家庄市鹿泉区、平山县：完善协商机制。\n"
            "山西省大同市：建设平台。\n"
            "浙江省衢州市：培育队伍。\n"
        ),
        "河北省石家庄市鹿泉区 河北省石家庄市平山县 山西省大同市 浙江省衢州市",
        id="several: shared content",
    ),
    pytest.param(
        (
            "一、北京市（2个）\n"
            "1.朝阳区\n"
            "2.海淀区\n"
            "二、河北省（3个）\n"
            "1.石家庄市鹿泉区\n"
            "2.平山县\n"
            "3.唐山市\n"
        ),
        "北京市朝阳区 北京市海淀区 河北省石家庄市鹿泉区 河北省石家庄市平山县 河北省唐山市",
        id="headings: newline pairs of heading with counts",
    ),
    pytest.param(
        ("河北省\n石家庄市\n鹿泉区\n平山县\n保定市\n阜平县\n山西省\n大同市\n平城区\n云州区\n"),
        (
            "河北省石家庄市鹿泉区 河北省石家庄市平山县 河北省保定市阜平县 "
            "山西省大同市平城区 山西省大同市云州区"
        ),
        id="headings: city headings",
    ),
    pytest.param(
        ("石家庄市：鹿泉区、平山县\n保定市：阜平县、涞源县\n大同市：平城区\n"),
        (
            "河北省石家庄市鹿泉区 河北省石家庄市平山县 河北省保定市阜平县 "
            "河北省保定市涞源县 山西省大同市平城区"
        ),
        id="headings: city headings colon",
    ),
    pytest.param(
        ("河北省：石家庄市鹿泉区、平山县；保定市阜平县\n山西省：大同市平城区、云州区\n"),
        (
            "河北省石家庄市鹿泉区 河北省石家庄市平山县 河北省保定市阜平县 "
            "山西省大同市平城区 山西省大同市云州区"
        ),
        id="headings: province colon with city groups",
    ),
    pytest.param(
        (
            "河北\n"
            "石家庄市鹿泉区\n"
            "平山县\n"
            "内蒙古\n"
            "通辽市科尔沁区\n"
            "广西\n"
            "北流市\n"
            "新疆兵团\n"
            "第八师石河子市\n"
        ),
        (
            "河北省石家庄市鹿泉区 河北省石家庄市平山县 内蒙古自治区通辽市科尔沁区 "
            "广西壮族自治区玉林市北流市 新疆维吾尔自治区石河子市"
        ),
        id="headings: short provinces headings",
    ),
    pytest.param(
        ("河北省——石家庄市鹿泉区、平山县\n山西省——大同市\n"),
        "河北省石家庄市鹿泉区 河北省石家庄市平山县 山西省大同市",
        id="headings: dash lead",
    ),
    pytest.param(
        ("北 京 市\n朝阳区\n海淀区\n河 北 省\n平山县\n"),
        "北京市朝阳区 北京市海淀区 河北省石家庄市平山县",
        id="headings: bold spaces",
    ),
    pytest.param(
        ("北京市\n上海市\n江苏省苏州市\n浙江省衢州市\n"),
        "北京市 上海市 江苏省苏州市 浙江省衢州市",
        id="headings: mixed provinces as units",
    ),
    pytest.param(
        ("北京市、天津市、上海市、重庆市\n"),
        "北京市 天津市 上海市 重庆市",
        id="headings: all provinces",
    ),
    pytest.param(
        ("浙江：杭州、衢州\n山西：晋城、长治\n北京：朝阳、海淀\n"),
        "浙江省杭州市 浙江省衢州市 山西省晋城市 山西省长治市 北京市朝阳区 北京市海淀区",
        id="headings: stems",
    ),
    pytest.param(
        ("（河北）石家庄市鹿泉区\n（河北）平山县\n（山西）大同市\n"),
        "河北省石家庄市鹿泉区 河北省石家庄市平山县 山西省大同市",
        id="brackets: bracket before",
    ),
    pytest.param(
        ("河北省（石家庄市鹿泉区、平山县）\n山西省（大同市、晋城市）\n北京市（朝阳区）\n"),
        "河北省石家庄市鹿泉区 河北省石家庄市平山县 山西省大同市 山西省晋城市 北京市朝阳区",
        id="brackets: bracket list",
    ),
    pytest.param(
        ("北京市\u3000朝阳区\u3000海淀区\n山西省\u3000大同市\u3000晋城市\n"),
        "北京市朝阳区 北京市海淀区 山西省大同市 山西省晋城市",
        id="columns: u3000 columns",
    ),
    pytest.param(
        ("北京市\t朝阳区\t海淀区\n山西省\t大同市\t晋城市\n浙江省\t衢州市\n"),
        "北京市朝阳区 北京市海淀区 山西省大同市 山西省晋城市 浙江省衢州市",
        id="columns: tabs",
    ),
    pytest.param(
        ("河北省  石家庄市  鹿泉区\n河北省  保定市  阜平县\n山西省  大同市  平城区\n"),
        "河北省石家庄市鹿泉区 河北省保定市阜平县 山西省大同市平城区",
        id="columns: 3 columns province city county",
    ),
    pytest.param(
        ("1\t河北省石家庄市鹿泉区\n2\t山西省大同市\n3\t浙江省衢州市\n"),
        "河北省石家庄市鹿泉区 山西省大同市 浙江省衢州市",
        id="columns: numbered tab",
    ),
    pytest.param(
        ("1\t石家庄市鹿泉区\t3\t大同市\t5\t杭州市上城区\n2\t平山县\t4\t晋城市\t6\t衢州市\n"),
        (
            "河北省石家庄市鹿泉区 河北省石家庄市平山县 山西省大同市 山西省晋城市 "
            "浙江省杭州市上城区 浙江省衢州市"
        ),
        id="columns: 3 sets",
    ),
    pytest.param(
        (
            "| 省份 | 试点县 | 省份 | 试点县 |\n"
            "|---|---|---|---|\n"
            "| 河北省 | 平山县 | 山西省 | 大同市 |\n"
            "| 河北省 | 鹿泉区 | 浙江省 | 衢州市 |\n"
        ),
        "河北省石家庄市平山县 河北省石家庄市鹿泉区 山西省大同市 浙江省衢州市",
        id="columns: 2 sets no numbers, head",
    ),
    pytest.param(
        (
            "序号 | 单位 | 序号 | 单位\n"
            "1 | 河北省平山县 | 2 | 山西省大同市\n"
            "3 | 浙江省衢州市 | 4 | 浙江省三门县\n"
        ),
        "河北省石家庄市平山县 山西省大同市 浙江省衢州市 浙江省台州市三门县",
        id="columns: 2 sets row-wise numbers",
    ),
    pytest.param(
        (
            "序号  试点单位  试点主题\n"
            "1  河北省平山县  推进自治\n"
            "2  山西省大同市  推进法治\n"
            "3  浙江省衢州市  推进德治\n"
        ),
        "河北省石家庄市平山县 山西省大同市 浙江省衢州市",
        id="columns: spaces with head",
    ),
    pytest.param(
        (
            "序号  试点单位  序号  试点单位\n"
            "1  河北省平山县  3  浙江省衢州市\n"
            "2  山西省大同市  4  浙江省三门县\n"
        ),
        "河北省石家庄市平山县 山西省大同市 浙江省衢州市 浙江省台州市三门县",
        id="columns: spaces sets with head",
    ),
    pytest.param(
        ("河北省平山县\n山西省大同市\n— 2 —\n浙江省衢州市\n浙江省三门县\n"),
        "河北省石家庄市平山县 山西省大同市 浙江省衢州市 浙江省台州市三门县",
        id="rests: pagenumbers",
    ),
    pytest.param(
        (
            "河北省平山县\n"
            "山西省大同市\n"
            "浙江省衢州市\n"
            "试点地区名单（续）\n"
            "浙江省三门县\n"
            "湖南省澧县\n"
        ),
        "河北省石家庄市平山县 山西省大同市 浙江省衢州市 浙江省台州市三门县 湖南省常德市澧县",
        id="rests: rest of two",
    ),
    pytest.param(
        (
            "河北省平山县\n"
            "山西省大同市\n"
            "浙江省衢州市\n"
            "以下为第二批试点地区，按行政区划排列如下，请各地认真执行。\n"
            "浙江省三门县\n"
            "湖南省澧县\n"
        ),
        "河北省石家庄市平山县 山西省大同市 浙江省衢州市 浙江省台州市三门县 湖南省常德市澧县",
        id="rests: rest after gap",
    ),
    pytest.param(
        ("河北省平山县\n山西省大同市\n"),
        "河北省石家庄市平山县 山西省大同市",
        id="rests: only 2",
    ),
    pytest.param(
        ("河北省平山县\n"),
        "河北省石家庄市平山县",
        id="rests: only 1",
    ),
    pytest.param(
        ("河北省平山县\n山西省大同市\n浙江省衢州市\n\n附件2\n工作要求\n各地要加强领导。\n"),
        "河北省石家庄市平山县 山西省大同市 浙江省衢州市",
        id="rests: signature after",
    ),
    pytest.param(
        ("贵州省\n贵阳市修文县六屯镇大木村\n遵义市汇川区板桥镇板桥村\n浙江省\n三门县海游街道\n"),
        "贵州省贵阳市修文县 贵州省遵义市汇川区 浙江省台州市三门县",
        id="levels: villages",
    ),
    pytest.param(
        ("修文县：六屯镇大木村、龙场镇蜈蚣村\n汇川区：板桥镇板桥村\n播州区：枫香镇花茂村\n"),
        "贵州省贵阳市修文县 贵州省贵阳市修文县 贵州省遵义市汇川区 贵州省遵义市播州区",
        id="levels: villages below county",
    ),
    pytest.param(
        (
            "上海市浦东新区\n"
            "天津市滨海新区\n"
            "安徽省合肥市高新区\n"
            "陕西省西咸新区\n"
            "河北省雄安新区\n"
            "江苏省苏州工业园区\n"
        ),
        "上海市浦东新区 天津市滨海新区 安徽省合肥市 陕西省 河北省 江苏省苏州市",
        id="levels: zones",
    ),
    pytest.param(
        ("朝阳区\n城关区\n河北省平山县\n山西省大同市\n浙江省衢州市\n"),
        "? ? 河北省石家庄市平山县 山西省大同市 浙江省衢州市",
        id="levels: ambiguous",
    ),
    pytest.param(
        (
            "新疆生产建设兵团\n"
            "第一师阿拉尔市\n"
            "第八师石河子市\n"
            "第十三师新星市\n"
            "新疆维吾尔自治区\n"
            "伊犁州霍城县\n"
            "昌吉州昌吉市\n"
        ),
        (
            "新疆维吾尔自治区阿拉尔市 新疆维吾尔自治区石河子市 新疆维吾尔自治区新星市 "
            "新疆维吾尔自治区伊犁哈萨克自治州霍城县 新疆维吾尔自治区昌吉回族自治州昌吉市"
        ),
        id="short: corps 2",
    ),
    pytest.param(
        ("重庆市：渝中区、丰都县、石柱县、彭水苗族土家族自治县\n"),
        "重庆市渝中区 重庆市丰都县 重庆市石柱土家族自治县 重庆市彭水苗族土家族自治县",
        id="short: chongqing",
    ),
    pytest.param(
        ("海南省：琼海市、文昌市、陵水县、白沙黎族自治县\n"),
        "海南省琼海市 海南省文昌市 海南省陵水黎族自治县 海南省白沙黎族自治县",
        id="short: hainan",
    ),
    pytest.param(
        ("浙江杭州上城区\n江苏南京建邺区\n湖南湘西凤凰县\n"),
        ("浙江省杭州市上城区 江苏省南京市建邺区 湖南省湘西土家族苗族自治州凤凰县"),
        id="short: pref w/o shi",
    ),
    pytest.param(
        ("序号\n省份\n试点县\n1\n湖南省\n南县、平江县\n2\n四川省\n射洪县、珙县\n"),
        "湖南省益阳市南县 湖南省岳阳市平江县 四川省遂宁市射洪县 四川省宜宾市珙县",
        id="flat: flattened multi",
    ),
    pytest.param(
        ("省份\n试点县\n湖南省\n南县\n平江县\n四川省\n射洪县\n珙县\n"),
        "湖南省益阳市南县 湖南省岳阳市平江县 四川省遂宁市射洪县 四川省宜宾市珙县",
        id="flat: flattened multi lines",
    ),
    pytest.param(
        (
            "序号\n"
            "实验单位\n"
            "实验主题\n"
            "实验内容\n"
            "1\n"
            "河北省石家庄市鹿泉区、平山县\n"
            "主题甲\n"
            "内容甲\n"
            "2\n"
            "山西省大同市\n"
            "主题乙\n"
            "内容乙\n"
        ),
        "河北省石家庄市鹿泉区 河北省石家庄市平山县 山西省大同市",
        id="flat: flattened units with theme",
    ),
    pytest.param(
        ("北京市（朝阳区、海淀区）；河北省（平山县）；山西省（大同市）\n"),
        ("北京市朝阳区 北京市海淀区 河北省石家庄市平山县 山西省大同市"),
        id="more: one line brackets",
    ),
    pytest.param(
        ("河北省3个：石家庄市鹿泉区、平山县、唐山市\n山西省（1个）：大同市\n"),
        ("河北省石家庄市鹿泉区 河北省石家庄市平山县 河北省唐山市 山西省大同市"),
        id="more: lead count",
    ),
    pytest.param(
        ("河北省石家庄市：鹿泉区、平山县\n浙江省杭州市：上城区\n"),
        ("河北省石家庄市鹿泉区 河北省石家庄市平山县 浙江省杭州市上城区"),
        id="more: lead two levels",
    ),
    pytest.param(
        ("①河北省平山县\n②山西省大同市\n③浙江省衢州市\n"),
        ("河北省石家庄市平山县 山西省大同市 浙江省衢州市"),
        id="more: circled",
    ),
    pytest.param(
        ("01 河北省平山县\n02 山西省大同市\n03 浙江省衢州市\n"),
        ("河北省石家庄市平山县 山西省大同市 浙江省衢州市"),
        id="more: zero-padded",
    ),
    pytest.param(
        ("新疆生产建设兵团：第八师石河子市143团、第一师阿拉尔市10团\n"),
        ("新疆维吾尔自治区石河子市 新疆维吾尔自治区阿拉尔市"),
        id="more: corps tuan",
    ),
    pytest.param(
        ("石河子市（兵团）\n五家渠市（新疆兵团）\n霍城县（新疆）\n"),
        (
            "新疆维吾尔自治区石河子市 新疆维吾尔自治区五家渠市 "
            "新疆维吾尔自治区伊犁哈萨克自治州霍城县"
        ),
        id="more: corps in bracket",
    ),
    pytest.param(
        ("河北省 （2个）\n石家庄市鹿泉区 平山县\n山西省 （2个）\n大同市 晋城市\n"),
        ("河北省石家庄市鹿泉区 河北省石家庄市平山县 山西省大同市 山西省晋城市"),
        id="more: heading spaced count",
    ),
    pytest.param(
        ("1.河北省平山县 2.山西省大同市 3.浙江省衢州市\n4.浙江省三门县 5.湖南省澧县\n"),
        ("河北省石家庄市平山县 山西省大同市 浙江省衢州市 浙江省台州市三门县 湖南省常德市澧县"),
        id="more: inline numbering",
    ),
    pytest.param(
        ("1、河北省平山县；2、山西省大同市；3、浙江省衢州市\n"),
        ("河北省石家庄市平山县 山西省大同市 浙江省衢州市"),
        id="more: inline number 、",
    ),
    pytest.param(
        ("江苏省南京市建邺区、\n东台市\n河南省开封市禹王台区、宁陵\n县\n"),
        ("江苏省南京市建邺区 江苏省盐城市东台市 河南省开封市禹王台区 河南省商丘市宁陵县"),
        id="more: wrapped list line",
    ),
    pytest.param(
        (
            "（一）东部地区（2个）\n"
            "浙江省杭州市上城区\n"
            "江苏省东台市\n"
            "（二）西部地区（2个）\n"
            "四川省成都市武侯区\n"
            "陕西省宝鸡市金台区\n"
        ),
        ("浙江省杭州市上城区 江苏省盐城市东台市 四川省成都市武侯区 陕西省宝鸡市金台区"),
        id="more: heading with 个 list",
    ),
    pytest.param(
        ("一、试点城市\n大同市\n晋城市\n二、试点县\n河北省平山县\n浙江省三门县\n"),
        ("山西省大同市 山西省晋城市 河北省石家庄市平山县 浙江省台州市三门县"),
        id="more: types headings",
    ),
    pytest.param(
        ("河北 石家庄市鹿泉区\n河北 平山县\n山西 大同市\n"),
        ("河北省石家庄市鹿泉区 河北省石家庄市平山县 山西省大同市"),
        id="more: space 省 市",
    ),
    pytest.param(
        ("| 北京市 | 朝阳区、海淀区 |\n| 河北省 | 平山县 |\n| 山西省 | 大同市 |\n"),
        ("北京市朝阳区 北京市海淀区 河北省石家庄市平山县 山西省大同市"),
        id="more: pipes two no head",
    ),
    pytest.param(
        (
            "│序号│试点县│序号│试点县│\n"
            "│1│河北省平山县│3│浙江省衢州市│\n"
            "│2│山西省大同市│4│浙江省三门县│\n"
        ),
        ("河北省石家庄市平山县 山西省大同市 浙江省衢州市 浙江省台州市三门县"),
        id="more: box",
    ),
    pytest.param(
        (
            "河北省\t平山县\t山西省\t大同市\t浙江省\t衢州市\n"
            "河北省\t鹿泉区\t山西省\t晋城市\t浙江省\t三门县\n"
        ),
        (
            "河北省石家庄市平山县 河北省石家庄市鹿泉区 山西省大同市 山西省晋城市 "
            "浙江省衢州市 浙江省台州市三门县"
        ),
        id="more: tab triple prov",
    ),
    pytest.param(
        (
            "地区\t试点单位\t地区\t试点单位\n"
            "河北省\t平山县\t浙江省\t衢州市\n"
            "\t石家庄市鹿泉区\t\t三门县\n"
            "山西省\t大同市\t湖南省\t澧县\n"
        ),
        (
            "河北省石家庄市平山县 河北省石家庄市鹿泉区 山西省大同市 浙江省衢州市 "
            "浙江省台州市三门县 湖南省常德市澧县"
        ),
        id="more: 2 sets heading col",
    ),
    pytest.param(
        (
            "内蒙古自治区：科左中旗、莫力达瓦旗、鄂伦春旗、阿拉善盟\n"
            "吉林：延边州、前郭尔罗斯县\n"
            "青海：海西州、门源县\n"
        ),
        (
            "内蒙古自治区通辽市科尔沁左翼中旗 内蒙古自治区呼伦贝尔市莫力达瓦达斡尔族自治旗 "
            "内蒙古自治区呼伦贝尔市鄂伦春自治旗 内蒙古自治区阿拉善盟 吉林省延边朝鲜族自治州 "
            "吉林省松原市前郭尔罗斯蒙古族自治县 青海省海西蒙古族藏族自治州 "
            "青海省海北藏族自治州门源回族自治县"
        ),
        id="more: hm",
    ),
    pytest.param(
        ("——河北省平山县\n——山西省大同市\n——浙江省衢州市\n"),
        ("河北省石家庄市平山县 山西省大同市 浙江省衢州市"),
        id="more: quotes dash",
    ),
    pytest.param(
        ("* 河北省平山县\n* 山西省大同市\n* 浙江省衢州市\n"),
        ("河北省石家庄市平山县 山西省大同市 浙江省衢州市"),
        id="more: stars",
    ),
    pytest.param(
        ("河北省平山县（续）\n山西省大同市（含3个县）\n浙江省衢州市（重点）\n"),
        ("河北省石家庄市平山县 山西省大同市 浙江省衢州市"),
        id="more: reserve",
    ),
    pytest.param(
        ("第一批（2个）\n河北省平山县\n山西省大同市\n第二批（2个）\n浙江省衢州市\n浙江省三门县\n"),
        ("河北省石家庄市平山县 山西省大同市 浙江省衢州市 浙江省台州市三门县"),
        id="more: batch caption between",
    ),
]


@pytest.mark.parametrize(("body", "expected"), LISTS)
def test_a_list(body: str, expected: str) -> None:
    parsed = read(HEAD + body)
    assert places(parsed) == expected
    assert_tiled(parsed)


def table(*rows: str) -> str:
    cells = ("".join(f"<td>{cell}</td>" for cell in row.split("|")) for row in rows)
    return "<table>" + "".join(f"<tr>{row}</tr>" for row in cells) + "</table>"


@pytest.mark.parametrize(
    ("body", "units"),
    [
        (
            table(
                "省份|试点地区|任务",
                "河北省|石家庄市鹿泉区、平山县|协商",
                "山西省|大同市，晋城市|网格",
            ),
            "河北省石家庄市鹿泉区 河北省平山县 山西省大同市 山西省晋城市",
        ),
        (
            table(
                "序号|省份|试点县",
                "1|湖南省|<p>南县</p><p>平江县</p>",
                "2|四川省|射洪县<br>珙县<br>",
            ),
            "湖南省南县 湖南省平江县 四川省射洪县 四川省珙县",
        ),
        (
            table("省份|试点县", "湖南省|南县 平江县 攸县", "四川省|射洪县　珙县"),
            "湖南省南县 湖南省平江县 湖南省攸县 四川省射洪县 四川省珙县",
        ),
        (
            table(
                "序号|实验单位|实验主题", "1|黑龙江省双鸭山市<br>岭东区|甲", "2|北京市<br>朝阳区|乙"
            ),
            "黑龙江省双鸭山市岭东区 北京市朝阳区",
        ),
        (
            table("省份|数量|试点县", "湖南省|2个|南县、平江县", "四川省|1个|珙县"),
            "湖南省南县 湖南省平江县 四川省珙县",
        ),
        (
            table(
                "序号|省份|单位|序号|省份|单位",
                "1|河北省|平山县|3|浙江省|衢州市",
                "2|山西省|大同市|||",
            ),
            "河北省平山县 山西省大同市 浙江省衢州市",
        ),
        (
            table("试点县|试点县", "河北省平山县|浙江省衢州市", "山西省大同市|浙江省三门县"),
            "河北省平山县 山西省大同市 浙江省衢州市 浙江省三门县",
        ),
        (
            table("北京市|朝阳区、海淀区", "河北省|石家庄市鹿泉区、平山县", "山西省|大同市"),
            "北京市朝阳区 北京市海淀区 河北省石家庄市鹿泉区 河北省平山县 山西省大同市",
        ),
        (
            table("北京市|朝阳区|海淀区", "山西省|大同市|晋城市", "浙江省|衢州市|三门县"),
            "北京市朝阳区 北京市海淀区 山西省大同市 山西省晋城市 浙江省衢州市 浙江省三门县",
        ),
        (
            table(
                "序号|省|市|县|村名称",
                "1|贵州省|贵阳市|修文县|大木村",
                "2|贵州省|遵义市|播州区|花茂村",
            ),
            "贵州省贵阳市修文县大木村 贵州省遵义市播州区花茂村",
        ),
        (table("单位|联系人|电话", "北京市民政局|张三|010-1", "天津市民政局|李四|022-2"), ""),
    ],
)
def test_the_cells_of_a_table(body: str, units: str) -> None:
    [document] = read_documents((PAGE + body).encode(), "x.html")
    parsed = parse_document(document)  # type: ignore[arg-type]
    assert [zone.unit for zone in zones(parsed)] == units.split()
    assert_tiled(parsed)


def test_cells_of_markdown_break_with_a_tag() -> None:
    text = (
        "# 名单\n\n| 省份 | 试点县 |\n|---|---|\n| 湖南省 | 南县<br>平江县 |\n| 四川省 | 珙县 |\n"
    )
    assert [zone.unit for zone in zones(read(text))] == ["湖南省南县", "湖南省平江县", "四川省珙县"]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (
            "经研究，确定北京市朝阳区、海淀区，河北省平山县为全国社区治理试点。",
            "北京市朝阳区 北京市海淀区 河北省石家庄市平山县",
        ),
        (
            "现将河北省石家庄市鹿泉区、平山县和山西省大同市等3个单位确认为实验区。",
            "河北省石家庄市鹿泉区 河北省石家庄市平山县 山西省大同市",
        ),
        (
            "决定命名江苏省南京市建邺区、浙江省衢州市为全国示范区。",
            "江苏省南京市建邺区 浙江省衢州市",
        ),
        ("试点地区为：河北省平山县、山西省大同市。", "河北省石家庄市平山县 山西省大同市"),
        ("同意将浙江省衢州市确认为全国社区治理和服务创新实验区。", "浙江省衢州市"),
        (
            "同意将湖北省恩施州宣恩县、湖南省湘西州凤凰县、通道县列为试点。",
            (
                "湖北省恩施土家族苗族自治州宣恩县 湖南省湘西土家族苗族自治州凤凰县 "
                "湖南省怀化市通道侗族自治县"
            ),
        ),
        (
            "一、同意将河北省平山县列为第一批试点。\n二、同意将浙江省衢州市、三门县列为第二批试点。",
            "河北省石家庄市平山县 浙江省衢州市 浙江省台州市三门县",
        ),
        ("各地要学习北京市朝阳区、上海市长宁区的经验，做好试点工作。", ""),
        ("同意将北京市民政局、上海市民政局列为联系单位，开展试点。", ""),
        ("要将党建、网格、物业等工作确定为试点内容。", ""),
    ],
)
def test_units_of_the_running_text(said: str, expected: str) -> None:
    parsed = read(REPLY.format(said))
    assert places(parsed) == expected
    for zone in zones(parsed):
        assert (zone.title, zone.body) == ("", "")
        place = "".join(parsed.text[span.start : span.end] for span in zone.place)
        assert (zone.unit or "").endswith(place)
    assert said.split("\n")[0] in [record.body for record in parsed.records]


def test_a_new_theme_in_the_running_text_is_said() -> None:
    said = "同意将北京市朝阳区、上海市长宁区确认为实验区，上海市徐汇区以新的主题继续开展实验。"
    assert [z.status for z in zones(read(REPLY.format(said)))] == ["confirmed"] * 2 + ["continued"]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        (
            HEAD.replace("试点地区名单的通知", "31个试点地区名单的通知") + "河北省平山县\n",
            ("31", "1"),
        ),
        (HEAD + "（共4个）\n河北省平山县\n山西省大同市\n", ()),
        (
            HEAD.replace("附件\n试点地区名单", "附件\n试点地区名单（共三个）") + "河北省平山县\n",
            ("3", "1"),
        ),
        (
            HEAD.replace("现公布如下", "现将5个试点县（市、区）名单予以公布") + "河北省平山县\n",
            ("5", "1"),
        ),
        (HEAD + "北京市（3个）\n朝阳区\n海淀区\n河北省（1个）\n平山县\n", ("3", "2")),
        (HEAD.replace("试点地区名单的通知", "5个试点地区名单的通知"), ("5", "0")),
        (REPLY.format("现将河北省平山县和山西省大同市等5个单位确认为实验区。"), ("5", "2")),
        (REPLY.format("各地每省选择3个社区开展试点。"), ()),
    ],
)
def test_a_stated_count_that_differs_is_said_with_both(text: str, numbers: tuple[str, ...]) -> None:
    said = counted(read(text))
    assert bool(said) == bool(numbers)
    assert all(any(number in message for message in said) for number in numbers)


def test_a_name_that_several_divisions_have_is_said() -> None:
    parsed = read(HEAD + "朝阳区\n河北省平山县\n山西省大同市\n山西省城区\n")
    said = {w.code: w.message for w in parsed.warnings}
    assert "朝阳区" in said["region-unknown"]
    assert "城区" in said["region-partial"]


@pytest.mark.parametrize(
    "body",
    [
        "第一条 北京市、上海市\n第二条 天津市\n第三条 河北省\n",
        "一、加强党建、网格、物业工作\n二、健全机制、平台、队伍\n三、做好宣传、总结、推广\n",
        "北京市民政局\n天津市民政局\n河北省民政厅\n",
        "北京市民政局：010-1\n天津市民政局：022-2\n河北省民政厅：0311-3\n",
        "各区、各县、各市\n各街道、各乡镇\n有关社区、村\n",
    ],
)
def test_other_enumerations_stay_text(body: str) -> None:
    assert zones(read(HEAD + body)) == []


UNITS = ["河北省平山县", "山西省大同市", "浙江省杭州市上城区", "海南省琼海市", "湖北省恩施州宣恩县"]


@given(
    st.permutations(UNITS),
    st.sets(st.integers(1, 4), min_size=1),
    st.sampled_from(["、", "，", "；", " ", "\t", "  ", "　", "以及"]),
    st.sampled_from(["", "{n}. ", "{n}、", "（{n}）", "· "]),
    st.sampled_from(["", "等", "。", "；"]),
)
def test_units_come_back_from_lines_of_any_make(
    units: list[str], breaks: set[int], between: str, mark: str, end: str
) -> None:
    cuts = [0, *sorted(breaks), len(units)]
    body = "".join(
        mark.format(n=n) + between.join(units[start:stop]) + end + "\n"
        for n, (start, stop) in enumerate(pairwise(cuts), 1)
    )
    parsed = read(HEAD + body)
    assert [zone.unit for zone in zones(parsed)] == units
    assert_tiled(parsed)


def test_a_long_list_keeps_every_unit() -> None:
    body = "".join(f"{n}. {UNITS[n % 5]}第{n}村\n" for n in range(1, 3001))
    assert [zone.n for zone in zones(read(HEAD + body))] == list(range(1, 3001))


def test_a_table_of_two_hundred_columns() -> None:
    row = "|".join(f"格{n}" for n in range(200))
    [document] = read_documents((PAGE + table(row, row, row)).encode(), "x.html")
    parsed = parse_document(document)  # type: ignore[arg-type]
    assert zones(parsed) == []
    assert_tiled(parsed)


def test_a_line_that_several_units_share_is_a_passage_as_published() -> None:
    text = HEAD + (
        "1.北京市：通州区\n2.山西省：大同市、晋城市\n3.湖北省：恩施州、宜昌市\n说明：以上排名不分先后\n"
    )
    parsed = read(text)
    assert_tiled(parsed)
    shared = ["2.山西省：大同市、晋城市", "3.湖北省：恩施州、宜昌市"]
    found = [record.body for record in parsed.records if record.kind == "passage"]
    assert found[-3:] == [*shared, "说明：以上排名不分先后"]
    assert [len(zone.place) for zone in zones(parsed)] == [1] * 5
    assert [r.title for r in parsed.records if r.body in (*shared, found[-1])] == [""] * 3


def test_columns_side_by_side_are_no_line_that_units_share() -> None:
    text = HEAD + "1\t北京市通州区\t3\t山西省晋城市\n2\t山西省大同市\t4\t湖北省宜昌市\n"
    parsed = read(text)
    assert_tiled(parsed)
    assert len(zones(parsed)) == 4
    assert not [r for r in parsed.records if r.kind == "passage" and "通州" in r.body]


@pytest.mark.parametrize(
    ("head", "kept"),
    [("序号\t实验单位\t实验主题", False), ("序号\t试点县（市、区）\t实验主题", True)],
)
def test_a_head_that_says_more_than_names_of_columns_is_a_passage(head: str, kept: bool) -> None:
    row = "1\t江苏省南京市建邺区\t深化网格化治理，推进社区减负"
    parsed = read(f"某部关于公布试点名单的通知\n各省民政厅：\n现予公布。\n{head}\n{row}\n")
    assert len(zones(parsed)) == 1
    bodies = [record.body for record in parsed.records if record.kind == "passage"]
    assert (head in bodies) is kept
    furniture = [parsed.text[span.start : span.end] for span in parsed.furniture]
    assert any("序号" in each for each in furniture) is not kept
