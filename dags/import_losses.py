"""### Import losses

Lands the losses of one public release, fetched at its pinned commit and compared with its checksum, or read from
`HUBTREE_REAL_DATA`. It has no schedule: trigger it with the release's name. When it has landed, `scaling_laws` starts.

**If a run is red, readers see nothing of it**: an import lands whole or not at all. The last line of the log says whether
the release could not be fetched (retried for half an hour) or its bytes are not the registered ones; then *Clear* the
task. Importing the same release twice changes nothing.
"""

from __future__ import annotations

from typing import Any

from airflow.sdk import Param, dag, task
from hubtree_dag_defaults import DEFAULT_ARGS, LOSSES, RETRIED

PARAMS = {
    "release": Param(
        "chinchilla",
        type="string",
        pattern=r"^[a-z0-9-]+$",
        description="Name of a release in the registry, see docs/losses.md",
    ),
}


@dag(
    description="Land the losses of one public release",
    schedule=None,
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULT_ARGS,
    params=PARAMS,
    tags=["hubtree", "scaling"],
    doc_md=__doc__,
)
def import_losses() -> None:
    @task(**RETRIED, outlets=[LOSSES])
    def import_release(params: dict[str, Any]) -> dict[str, Any]:
        from pipelines import settings, steps

        return steps.import_release(settings.Settings.from_environment(), release=params["release"])

    import_release()


import_losses()
