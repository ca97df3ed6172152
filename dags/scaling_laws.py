"""### Scaling laws

Builds every table anew whenever losses were landed (asset `hubtree_losses`), so that `losses` and what is fitted to them
are published without waiting for the night. The tasks are those of `nightly_ingest` from `start_build` on.

**If a run is red, readers still have the last good file**, and `hubtree scaling` reads the new losses from the landing zone
all the same. What a red task means is told at `nightly_ingest`; `start_build` is also red while nothing but losses is
landed: a build needs a listing. Clear `start_build` with everything after it, or wait for the next night, which builds
the same.
"""

from __future__ import annotations

from typing import Any

from airflow.sdk import chain, dag, task
from hubtree_dag_defaults import DEFAULT_ARGS, LOSSES, PUBLISHED, RETRIED

BUILD_ID = "scaling-{{ dag_run.run_after | ts_nodash }}"
STEPS = ("start_build", "parse_cards", "resolve_lineage", "analyse", "assemble", "check", "publish")


@dag(
    description="Build anew when losses have landed",
    schedule=[LOSSES],
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULT_ARGS,
    tags=["hubtree", "scaling"],
    doc_md=__doc__,
)
def scaling_laws() -> None:
    @task
    def build_step(step: str, build_id: str) -> dict[str, Any]:
        from pipelines import settings, steps

        return getattr(steps, step)(settings.Settings.from_environment(), build_id=build_id)

    def build(step: str) -> Any:
        options = {**RETRIED, "outlets": [PUBLISHED]} if step == "publish" else {}
        return build_step.override(task_id=step, **options)(step, BUILD_ID)

    chain(*(build(step) for step in STEPS))


scaling_laws()
