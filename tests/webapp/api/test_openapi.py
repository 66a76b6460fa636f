"""The API against its own description: exercised by schemathesis, and held to real answers.

The server is one that a user starts; the cases are drawn from the description,
good ones and bad ones, the same in every run.  What OpenAPI cannot say is no
reason to expect success (:func:`contradicts`), nor is what an address cannot show
a reason to expect failure (:func:`looks_right`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote
from urllib.request import urlopen

import jsonschema
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis import Case, GenerationMode
from schemathesis.checks import negative_data_rejection, positive_data_acceptance
from schemathesis.config import SchemathesisConfig

from webapp import create_app
from webapp.api.openapi import described
from webapp.api.schemas import components
from webapp.settings import Settings
from webapp.web.urls import PARAMETERS

POLICY = "民函〔2019〕41号"
RECORD = f"{POLICY}/zone-7"
#: Cases of each operation, beside those that the description leads to by itself.
EXAMPLES = 20


def _cases() -> schemathesis.BaseSchema:
    config = SchemathesisConfig()
    config.projects.default.generation.update(modes=list(GenerationMode), deterministic=True)
    document = {**described(), "servers": [{"url": "/"}]}
    return schemathesis.openapi.from_dict(document, config=config)


api = _cases()


def contradicts(query: Mapping[str, Any]) -> bool:
    """What OpenAPI has no words for: dates in the wrong order, ids beside a search."""
    start, end = str(query.get("from") or ""), str(query.get("to") or "")
    return start > end > "" or ("id" in query and len(query) > 1)


def looks_right(case: Case) -> bool:
    """Whether nothing wrong is left of a case in its address.

    A value and a list of it look alike there, numbers like texts, and of an empty
    list nothing is seen.
    """
    operation = described()["paths"][case.operation.path]["get"]
    known = {each["name"]: each["schema"] for each in operation["parameters"]}
    sent = {name: value for name, value in (case.query or {}).items() if value not in (None, [])}
    return not case.path_parameters and all(
        name in known and _is_valid(value, known[name]) for name, value in sent.items()
    )


def _is_valid(value: Any, schema: Mapping[str, Any]) -> bool:
    texts = [str(each) for each in (value if isinstance(value, list) else [value])]
    if schema.get("type") == "array":
        return bool(jsonschema.Draft202012Validator(schema).is_valid(texts))
    text = texts[0] if len(texts) == 1 else None
    told = int(text) if text and re.fullmatch("[0-9]+", text) else text
    checker = jsonschema.Draft202012Validator.FORMAT_CHECKER
    return bool(jsonschema.Draft202012Validator(schema, format_checker=checker).is_valid(told))


@api.parametrize()
@settings(
    max_examples=EXAMPLES,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_the_running_server_keeps_to_its_description(case: Case, address: str) -> None:
    unsaid = [positive_data_acceptance] if contradicts(case.query or {}) else []
    unseen = [negative_data_rejection] if looks_right(case) else []
    case.call_and_validate(base_url=address, excluded_checks=[*unsaid, *unseen])


def answer(address: str, path: str) -> Any:
    with urlopen(f"{address}{path}", timeout=30) as response:
        return json.load(response)


def check(found: Any, name: str) -> None:
    """Holds an answer against a named schema, formats included."""
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$ref": f"#/components/schemas/{name}",
        "components": {"schemas": components()},
    }
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(
        schema, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
    ).validate(found)


@pytest.mark.parametrize(
    ("path", "name"),
    [
        (f"/api/search?size=200&q={quote('社区')}", "Results"),
        (f"/api/search?q={quote('主题:没有的词 A*B')}&kind=zone&from=2019-01-01", "Results"),
        (f"/api/search?q={quote('三设联动')}", "Results"),
        (f"/api/search?q={quote('“实验主题 实验内容”')}", "Results"),
        (f"/api/search?q={quote('网格化 智慧社区')}", "Results"),
        (f"/api/ids?facet_values=10&q={quote('三社')}", "Ids"),
        (f"/api/suggest?q={quote('三社')}", "Suggestions"),
        ("/api/themes", "Themes"),
        (f"/api/themes/{quote('三社联动')}", "Theme"),
        ("/api/policies", "Policies"),
        (f"/api/policies/{quote(POLICY, safe='')}", "Policy"),
        (f"/api/records/{quote(RECORD, safe='')}?q={quote('社区')}", "Record"),
        (f"/api/records/{quote(f'{POLICY}/passage-1', safe='')}", "Record"),
        ("/healthz", "Health"),
        (f"/export/json?q={quote('社区')}&kind=zone", "Export"),
        (f"/export/json?id={quote(RECORD)}&id=nobody", "Export"),
    ],
)
def test_real_answers_are_as_described(address: str, path: str, name: str) -> None:
    check(answer(address, path), name)


def test_what_is_not_described_would_be_noticed() -> None:
    with pytest.raises(jsonschema.ValidationError):
        check({"query": "", "suggestions": [], "more": 1}, "Suggestions")


def test_the_description_is_valid_and_names_every_address_and_parameter(
    address: str, home: Path
) -> None:
    document = answer(address, "/api/openapi.json")
    assert document == {**described(), "servers": [{"url": "/"}]}
    app = create_app(Settings(home))
    rules = {
        re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/")
    }
    assert rules <= set(document["paths"])
    search = document["paths"]["/api/search"]["get"]["parameters"]
    assert [p["name"] for p in search] == [*PARAMETERS, "facet_values", "lang"]
    names = re.findall(r'"#/components/(\w+)/(\w+)"', json.dumps(document))
    assert names and all(name in document["components"][kind] for kind, name in names)
    app.extensions["zhengsou"].searcher.close()


def test_ids_are_taken_with_their_slashes_and_chinese_encoded(address: str) -> None:
    (policy,) = answer(address, "/api/policies")["policies"]
    one = answer(address, f"/api/policies/{quote(policy['id'], safe='')}")
    for record_id in one["record_ids"]:
        found = answer(address, f"/api/records/{quote(record_id, safe='')}")
        assert found["id"] == record_id
        assert answer(address, f"/api/records/{quote(record_id)}") == found
