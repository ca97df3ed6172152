"""### Dashboard extracts

Writes the published tables as Parquet and CSV with a manifest of row counts and checksums, and the dashboard as a folder
of static pages, whenever `nightly_ingest` has published. It reads only `published/hub.duckdb`.

**If a run is red, the warehouse itself is fine** and SQL readers are current; only `extracts/` or `dashboard/` is as old
as it says. It was retried for about half an hour if that could help. Do what the hint in the last line of the log says (most
often: free disk space), then *Clear* the task. It may also wait: the next publishing starts it anew, and nothing is lost.
"""

from __future__ import annotations

from typing import Any

from airflow.sdk import dag, task
from hubtree_dag_defaults import DEFAULT_ARGS, EXTRACTED, PUBLISHED, RETRIED


@dag(
    description="Extracts and dashboard of what was just published",
    schedule=[PUBLISHED],
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULT_ARGS,
    tags=["hubtree", "extracts"],
    doc_md=__doc__,
)
def dashboard_extracts() -> None:
    @task(**RETRIED, outlets=[EXTRACTED])
    def write_extracts() -> dict[str, Any]:
        from pipelines import settings, steps

        return steps.write_extracts(settings.Settings.from_environment())

    @task(**RETRIED)
    def write_dashboard() -> dict[str, Any]:
        from pipelines import settings, steps

        return steps.write_dashboard(settings.Settings.from_environment())

    write_extracts()
    write_dashboard()


dashboard_extracts()
