"""What the lineage room is handed: ``python -m benchmarks.prepare_lineage LISTING DATE FOLDER``, in ``HUBTREE_HOME``.

Imports the listing, runs the build's first steps, and writes ``claims``, ``births`` and ``signs`` as Parquet. Told are the
seconds of the two queries that read them out of the staged tables and the landed records, and the folder of the tables.
"""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

import polars as pl

from benchmarks.stages import READ_OUT
from benchmarks.stopwatch import Stopwatch
from pipelines import steps
from pipelines.builder import folder
from pipelines.builder.relations import relation_signs
from pipelines.lineage.resolving import accept_edges, resolve_claims
from pipelines.settings import Settings
from warehouse import codes

_BUILD = "prepared"


def main(listing: Path, date: datetime, output: Path) -> None:
    """Stage the listing and write the three tables."""
    settings, watch = Settings.from_environment(), Stopwatch()
    steps.import_file(settings, listing, kind="listing", observed_at=date)
    steps.start_build(settings, build_id=_BUILD)
    steps.parse_cards(settings, build_id=_BUILD)
    steps.resolve_lineage(settings, build_id=_BUILD)  # leaves the tables that the queries below read
    begun = folder.resume(settings.layout, _BUILD)
    with watch.stage(READ_OUT[0]), begun.engine(settings) as engine:
        begun.see(engine, "stage", "latest", "tag_facts", "card_facts", "card_claims")
        begun.see(engine, "main", "cards")
        begun.see(engine, "lineage", "card_metadata")
        engine.keep("lineage", "stated_parents")
        claims, births = engine.frame("lineage", "claims"), engine.frame("lineage", "births")
    legacy = codes.frame("legacy_ids").select(old_id="legacy_id", model_id="model_id")
    accepted = accept_edges(resolve_claims(claims, births, legacy.clear(), legacy), births)
    with watch.stage(READ_OUT[1]):
        signs = relation_signs(begun, settings, accepted)
    output.mkdir(parents=True, exist_ok=True)
    tables: dict[str, pl.DataFrame] = {"claims": claims, "births": births, "signs": signs}
    for name, table in tables.items():
        table.write_parquet(output / f"{name}.parquet")
    watch.tell(str(begun.table("main", "models").parent))


if __name__ == "__main__":
    main(Path(sys.argv[1]), datetime.fromisoformat(sys.argv[2]), Path(sys.argv[3]))
