"""Laws are fitted once for the same losses; other losses are fitted anew, and what is kept stays small."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from landed import built, land_records, record, settings_of

from pipelines import steps
from pipelines.builder import scaling
from pipelines.bulk.observations.wish import Wish
from warehouse.files import sha256_of
from warehouse.paths import Layout


def bring(home: Layout, path: Path, n_losses: int) -> None:
    """Import so many losses, in place of those imported before."""
    tokens = [1e9 * (at + 1) for at in range(n_losses)]
    rows = {"loss": [2.0 + 3.0 / (at + 1) for at in range(n_losses)], "n": [1e8] * n_losses, "d": tokens}
    pl.DataFrame(rows).write_csv(path)
    steps.import_observations(settings_of(home), Wish(str(path), "losses", None, ("L=loss,N=n,D=d",)), observed_at=None)


def kept(home: Layout) -> dict[str, dict[str, str]]:
    """Digest of each kept table, by folder."""
    folders = (home.cache / "scaling").iterdir()
    return {folder.name: {path.stem: sha256_of(path) for path in folder.glob("*.parquet")} for folder in folders}


def test_the_same_losses_are_fitted_once(home: Layout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    land_records(home, record("ann/base"))
    bring(home, tmp_path / "mine.csv", 4)
    first = built(home)
    assert first["scaling_fits"].height > 0
    [(folder, tables)] = kept(home).items()
    assert set(tables) == set(scaling.FITTED)
    monkeypatch.setattr(scaling, "_fit", lambda folder: pytest.fail("fitted again"))
    again = built(home)
    assert all(again[name].equals(first[name]) for name in scaling.FITTED)
    assert kept(home) == {folder: tables}


def test_other_losses_are_fitted_anew_and_only_the_newest_results_stay(home: Layout, tmp_path: Path) -> None:
    land_records(home, record("ann/base"))
    seen: list[str] = []
    hashes: set[str] = set()
    for n_losses in range(4, 6 + scaling.N_KEPT):
        bring(home, tmp_path / "mine.csv", n_losses)
        found = built(home)
        assert found["losses"].height == n_losses
        hashes |= set(found["scaling_fits"]["data_hash"])
        seen += [name for name in kept(home) if name not in seen]
    assert len(hashes) == len(seen) == 2 + scaling.N_KEPT
    assert set(kept(home)) == set(seen[-scaling.N_KEPT :])


def test_what_another_build_is_just_removing_is_fitted_again(home: Layout, tmp_path: Path) -> None:
    land_records(home, record("ann/base"))
    bring(home, tmp_path / "mine.csv", 4)
    first = built(home)
    [folder] = (home.cache / "scaling").iterdir()
    (folder / f"{scaling.FITTED[0]}.parquet").unlink()
    again = built(home)
    assert all(again[name].equals(first[name]) for name in scaling.FITTED)
    assert set(kept(home)[folder.name]) == set(scaling.FITTED)


def test_other_code_does_not_take_what_was_fitted(home: Layout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    land_records(home, record("ann/base"))
    bring(home, tmp_path / "mine.csv", 4)
    built(home)
    monkeypatch.setattr(scaling, "version", lambda name: "another")
    built(home)
    assert len(kept(home)) == 2
