"""What the hub said of claimed parents, in a build: aliases, new models, and kinds of placeholders."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import polars as pl
import pytest

from tests.builder.landed import NIGHT, built, described, land_records, record, row
from warehouse.landing.files import Provenance, land
from warehouse.landing.schema import LOOKUPS
from warehouse.paths import Layout

NEXT = NIGHT + timedelta(days=1)


def land_lookups(home: Layout, *rows: dict[str, Any], at: datetime = NIGHT) -> None:
    frame = pl.DataFrame([{"observed_at": at, **each} for each in rows], schema=LOOKUPS)
    land(home.landing, "lookups", frame, Provenance(run_id=f"parents-{at:%Y%m%dT%H%M%S}", sequence=0, observed_at=at))


def child(parent: str) -> dict[str, Any]:
    return record("o/kid", tags=[f"base_model:{parent}"])


@pytest.mark.parametrize(
    ("parent", "status", "kind"),
    [
        ("gone/away", "not_found", "deleted"),
        ("gone/away", "unauthorized", "missing_or_private"),
        ("gone/away", "gated", "private"),
        ("gone/away", "disabled", "private"),
        ("gone/away", "forbidden", "private"),
        ("gone/away", "failed", None),
        ("gpt-9", "not_found", "external"),
        ("gpt-9", "unauthorized", "external"),
    ],
)
def test_a_placeholder_gets_the_kind_that_the_hub_told(home: Layout, parent: str, status: str, kind: str | None) -> None:
    land_records(home, child(parent))
    land_lookups(home, {"asked_id": parent.upper(), "lookup_status": status})
    tables = described(home)
    claim = row(tables["parent_claims"], child_id="o/kid")
    assert (claim["parent_id"], claim["resolution"], claim["placeholder_kind"]) == (parent, "placeholder", kind)
    assert row(tables["parent_lookups"], asked_id=parent.upper())["lookup_status"] == status


def test_who_was_never_asked_about_has_no_kind(home: Layout) -> None:
    land_records(home, child("gone/away"))
    land_lookups(home, {"asked_id": "gone/other", "lookup_status": "not_found"})
    assert row(described(home)["parent_claims"], child_id="o/kid")["placeholder_kind"] is None


def test_a_redirect_makes_an_alias_also_where_the_target_is_gated(home: Layout) -> None:
    land_records(home, record("new/base"), child("old/base"))
    land_lookups(home, {"asked_id": "old/base", "lookup_status": "gated", "renamed_to": "new/base"})
    claim = row(described(home)["parent_claims"], child_id="o/kid")
    assert (claim["parent_id"], claim["resolution"], claim["placeholder_kind"]) == ("new/base", "renamed", None)


def test_a_model_that_was_found_becomes_a_node(home: Layout) -> None:
    land_records(home, child("hidden/base"))
    land_records(home, record("hidden/base", downloads=5), kind="details", at=NEXT, run="parents-1")
    land_lookups(home, {"asked_id": "hidden/base", "lookup_status": "found", "found_id": "hidden/base"}, at=NEXT)
    tables = described(home)
    assert row(tables["edges"], child_id="o/kid")["is_parent_listed"] is True
    assert row(tables["models"], model_id="hidden/base")["n_children"] == 1


def test_the_newest_answer_counts_and_every_question_is_accounted_for(home: Layout) -> None:
    land_records(home, child("gone/away"))
    land_lookups(home, {"asked_id": "gone/away", "lookup_status": "gated"}, {"asked_id": "gone/b", "lookup_status": "failed"})
    land_lookups(home, {"asked_id": "Gone/Away", "lookup_status": "not_found"}, at=NEXT)
    land_lookups(home, {"asked_id": "gone/away", "lookup_status": "failed"}, at=NEXT + timedelta(days=1))
    tables = built(home)
    assert tables["parent_lookups"].select("asked_id", "lookup_status").rows() == [
        ("Gone/Away", "not_found"),
        ("gone/b", "failed"),
    ]
    assert row(tables["parent_claims"], child_id="o/kid")["placeholder_kind"] == "deleted"
    counts = row(tables["conservation"], landing_kind="lookups")
    assert (counts["n_landed"], counts["n_kept"], counts["n_superseded"], counts["n_quarantined"]) == (4, 2, 2, 0)


def test_an_earlier_day_does_not_know_later_answers(home: Layout) -> None:
    land_records(home, child("gone/away"))
    land_lookups(home, {"asked_id": "gone/away", "lookup_status": "not_found"}, at=NEXT)
    tables = described(home, as_of=NIGHT.date())
    assert tables["parent_lookups"].is_empty()
    assert row(tables["parent_claims"], child_id="o/kid")["placeholder_kind"] is None
