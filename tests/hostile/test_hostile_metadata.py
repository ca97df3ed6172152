"""One hostile record, or a hundred, cost neither the build nor anything that is written from it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import duckdb
import networkx as nx
import orjson
import polars as pl
import pytest
from landed import land_cards, land_records, record, settings_of

from pipelines import checks, steps
from pipelines.query import family_tree
from pipelines.query.run import run_query
from warehouse.contract import TABLES
from warehouse.paths import Layout
from warehouse.spreadsheets import FORMULA_STARTS

MARKUP = "<img src=x onerror=alert(1)>"
BASE = "base/root"
CHILD = {"tags": [f"base_model:{BASE}"]}
NAMES = {
    "formula": "=cmd|' /C calc'!A0/x",
    "path": "../../etc/passwd",
    "markup": f"{MARKUP}/x",
    "long": "a/" + "b" * 3000,
    "turned about": "bidi/\u202egpj.exe",
    "no width": "zero/w\u200bidth",
    "look-alike letter": "homo/b\u0430se",
    "control": "bell/\x07\x1b[31m",
    "quotes": "q/\"'`$(x)\\",
    "lines": "two/li\nnes\r\n",
    "entities": "amp/&amp;&#x3c;]]>",
}
PARENTS: dict[str, Any] = {
    "text": BASE,
    "list": [BASE],
    "object": {"name": BASE},
    "number": 7,
    "nested": [[BASE], BASE],
    "seven times": [BASE] * 7,
    "itself": "kid/itself",
    "null": [None, BASE],
    "nul": "base/ro\0ot",
    "a hundred thousand": [f"far/away-{number}" for number in range(100_000)],
    "markup": MARKUP,
    "empty": "",
    "truth": True,
}
INSTANTS = (
    "2024-02-30T00:00:00Z",
    "infinity",
    "-infinity",
    "+292278994-08-17T07:12:55Z",
    "0001-01-01",
    "9999-12-31",
    "soon",
    "",
)
NO_MODELS = (5, None, [], "x", {"id": ""}, {"id": " "}, {"id": 7}, {"id": "\ud800"}, {"id": "a/n\0l"})


def records() -> Iterator[object]:
    yield record(BASE)
    yield from (record(name, **CHILD, author=name, library_name=name, pipeline_tag=name) for name in NAMES.values())
    yield from (record(f"kid/{name.replace(' ', '-')}", cardData={"base_model": value}) for name, value in PARENTS.items())
    yield from (record(f"when/{n}", createdAt=text, lastModified=text) for n, text in enumerate(INSTANTS))
    yield record("odd/numbers", likes=2**70, downloads=10**400, trendingScore=float("inf"), downloadsAllTime=-5)
    yield record("odd/nul", pipeline_tag="a\0b", tags=["x\0y"], library_name="\0")
    yield record("odd/half", tags=["\ud800"], pipeline_tag="\udfff")
    yield record("odd/texts", cardData={"license": MARKUP, "language": [MARKUP, "=1+1"]}, tags=[MARKUP, f"license:{MARKUP}"])
    yield record("odd/lists", cardData={"license": ["mit"] * 20_000, "language": [f"l{n}" for n in range(20_000)]}, **CHILD)
    yield record("odd/tags", tags=[f"t{number}" for number in range(50_000)])
    yield record(
        "odd/files", siblings=[{"rfilename": name} for name in ("../../../evil", "/etc/passwd", "CON", "a" * 300, "x.pkl")]
    )
    yield record("odd/sizes", safetensors={"parameters": {"F32": 10**30}, "total": 10**30}, gguf="x", config=[1])
    yield record("odd/index", **{"model-index": [{"results": [{"metrics": [{"value": 1e999, "type": "x\0"}]}]}]})
    for n, models in enumerate(({"relation": "x" * 999, "models": [{"id": 7}, {"id": None}, {}, 5]}, [1], {"models": BASE})):
        yield record(f"odd/bases-{n}", baseModels=models)
    yield from NO_MODELS


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Layout:
    """A home whose hub holds little else than what is hostile, built, with everything written that is made of a build."""
    layout = Layout(tmp_path_factory.mktemp("hostile") / "home")
    land_records(layout, *records())
    text = (
        f"---\nlicense: {MARKUP}\nlanguage: no\n---\n# <script>alert(1)</script>\n\nfine-tuned version of [x](javascript:1)\n"
    )
    land_cards(layout, {"model_id": BASE, "card_sha": "a" * 40, "content": text.encode()})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(checks, "is_available", lambda: False)
        steps.build(settings_of(layout, 1))
    steps.write_extracts(settings_of(layout))
    steps.write_dashboard(settings_of(layout))
    return layout


def table(home: Layout, name: str) -> pl.DataFrame:
    with duckdb.connect(str(home.database.resolve()), read_only=True) as connection:
        return connection.table(name).pl()


def test_every_record_is_a_model_or_set_aside(home: Layout) -> None:
    listing = table(home, "conservation").filter(landing_kind="listing").row(0, named=True)
    assert listing["n_landed"] == len(list(records()))
    assert listing["n_quarantined"] == len(NO_MODELS)
    assert listing["n_kept"] == listing["n_landed"] - len(NO_MODELS)
    assert set(NAMES.values()) <= set(table(home, "models")["model_id"])


def test_parents_are_read_in_every_form_and_none_is_made_up(home: Layout) -> None:
    claims = table(home, "parent_claims")

    def told(child: str) -> list[tuple[str | None, str, int]]:
        rows = claims.filter(child_id=f"kid/{child}").select("parent_id", "resolution", "n_mentions")
        return sorted(rows.rows(), key=str)

    for form in ("text", "list"):
        assert told(form) == [(BASE, "exact", 1)]
    assert told("seven-times") == [(BASE, "exact", 7)]
    assert [resolution for _, resolution, _ in told("itself")] == ["self"]
    assert (BASE, "exact", 1) in told("nested")
    assert (BASE, "exact", 1) in told("null")
    for form in ("object", "number", "markup", "empty", "truth", "nul"):
        assert {resolution for _, resolution, _ in told(form)} <= {"rejected", "placeholder"}, form
    assert claims.filter(child_id="kid/a-hundred-thousand").height == 100_000


def test_what_no_clock_shows_is_no_instant_and_is_set_aside(home: Layout) -> None:
    models = table(home, "models").filter(pl.col("model_id").str.starts_with("when/"))
    assert models["created_at"].drop_nulls().is_empty()
    assert models["last_modified_at"].drop_nulls().is_empty()
    told = table(home, "quarantine").filter(reason="no instant from 1970 to 2199")
    assert told.group_by("field").len().sort("field").rows() == [("createdAt", len(INSTANTS)), ("lastModified", len(INSTANTS))]


def test_no_table_holds_nul(home: Layout) -> None:
    with duckdb.connect(str(home.database.resolve()), read_only=True) as connection:
        for name in TABLES:
            texts = " or ".join(f'contains("{column}"::varchar, chr(0))' for column in connection.table(name).columns)
            assert connection.execute(f"select count(*) from {name} where {texts}").fetchall() == [(0,)], name


def test_nothing_is_written_where_a_name_would_have_it(home: Layout) -> None:
    outside = [path for path in home.home.parent.rglob("*") if home.home not in path.parents and path != home.home]
    assert outside == []
    assert not [path for path in home.home.rglob("*") if "passwd" in path.name or "evil" in path.name]


def test_no_csv_cell_begins_a_formula(home: Layout) -> None:
    files = [*home.extracts.resolve().rglob("*.csv"), *home.dashboard.resolve().rglob("*.csv")]
    assert len(files) > len(TABLES)
    for path in files:
        frame = pl.read_csv(path, infer_schema=False, truncate_ragged_lines=False)
        for name in frame.columns:
            cells = frame[name].drop_nulls()
            risky = cells.filter(cells.str.head(1).is_in(list(FORMULA_STARTS)))
            is_number = risky.cast(pl.Float64, strict=False).is_not_null()
            assert is_number.all(), (path.name, name, risky.filter(~is_number).to_list()[:3])


class _Page(HTMLParser):
    """Notes what a browser would run."""

    def __init__(self) -> None:
        super().__init__()
        self.handlers: list[tuple[str, str]] = []
        self.pictures: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.handlers += [(tag, name) for name in given if name.startswith("on")]
        self.handlers += [
            (tag, name) for name, value in given.items() if (value or "").strip().lower().startswith("javascript:")
        ]
        if tag == "img":
            self.pictures.append(given.get("src") or "")


def test_no_name_runs_in_a_page(home: Layout) -> None:
    pages = [*home.dashboard.resolve().rglob("*.html")]
    assert len(pages) > 5
    for path in pages:
        page = _Page()
        page.feed(path.read_text(encoding="utf-8"))
        assert page.handlers == [], path.name
        assert "x" not in page.pictures, path.name


def test_every_graph_file_reads_back(home: Layout, tmp_path: Path) -> None:
    graph = family_tree(str(home.database), BASE)
    assert len(graph) > len(NAMES)
    nx.write_graphml(graph, tmp_path / "family.graphml")
    assert len(nx.read_graphml(tmp_path / "family.graphml")) == len(graph)
    nx.write_gexf(graph, tmp_path / "family.gexf")
    assert len(nx.read_gexf(tmp_path / "family.gexf")) == len(graph)


@pytest.mark.parametrize("form", ["csv", "json", "jsonl", "parquet"])
def test_a_result_with_strange_days_is_written(home: Layout, tmp_path: Path, form: Any) -> None:
    from pipelines.query.formats import write_frame

    sql = """select * from (values
        ('infinity'::timestamp, '-infinity'::date, ['infinity'::date], timestamp_s '290000-01-01 00:00:00'),
        (timestamp '2024-01-01', date '5000000-01-01', [], null)) t(a, b, c, d)"""
    frame = run_query(home.database, sql).frame
    assert frame["a"].to_list() == ["infinity", "2024-01-01 00:00:00.000000"]
    assert frame["b"].to_list() == ["-infinity", "5000000-01-01"]
    with (tmp_path / "result").open("wb") as stream:
        write_frame(frame, form, stream)
    plain = run_query(home.database, "select timestamp '2024-01-01' as a, date '2024-02-03' as b").frame
    assert plain.row(0)[0] == datetime.fromisoformat("2024-01-01")
    assert plain.schema["b"] == pl.Date


def test_the_tree_on_a_terminal_steers_nothing(
    home: Layout, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from pipelines.cli import main

    monkeypatch.setenv("HUBTREE_HOME", str(home.home))
    odd = NAMES["control"]
    trees = (("tree", BASE), ("tree", BASE, "--format", "dot"), ("tree", BASE, "--format", "json"))
    for words in (*trees, ("impact", BASE), ("impact", odd), ("relatives", odd, BASE), ("license", odd), ("status",)):
        with pytest.raises(SystemExit) as ended:
            main([*words, "--quiet"])
        said = capsys.readouterr().out
        assert ended.value.code == 0
        assert not {"\x1b", "\x07"} & set(said), words
        if words[-1] == "json":
            orjson.loads(said)
        else:
            assert "\u202e" not in said, words
