"""### Nightly ingest

Crawls the hub, lands what is new, builds every table anew, checks them, and swaps in `published/hub.duckdb`.

**If a run is red, readers still have the last good file**: nothing is published before all checks pass, and
`hubtree status` says how old it is. No data is lost: what was crawled stays landed, and the next run goes on from there.

What the red task means, and what to do:

* `crawl`, `fetch_cards`, `ask_parents`: the hub, the network or the token; retried for half an hour if that could help.
  Read the last line of the log (for a private hub set `HF_TOKEN`), then *Clear* the task: it resumes where it was.
* `start_build` to `assemble`: a landed file is damaged, the disk is full, or a bug. Do what the hint says, then clear
  `start_build` with everything after it.
* `check`: the new tables break their contract, or shrank too much. `data-docs/index.html` shows which. Repair the
  cause, then clear `start_build` with everything after it.
* `publish`: the disk, or another process is publishing (retried for half an hour). Clear `publish`.

A run that has not ended well six hours after its hour is told as late (`docs/operations.md`, "When a night is late").

Clearing, re-running and backfilling are harmless: a crawl fetches only what changed, and a build is a pure function
of everything landed, whatever day the run bears. One red night may wait until morning; two in a row may not.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.sdk import Param, chain, dag, task
from hubtree_dag_defaults import ASKS_HUB, BUILD_ID, DEFAULT_ARGS, FRESHNESS, NIGHTLY, PUBLISHED, RETRIED

PARAMS = {
    "hub": Param(
        # The page's form takes no empty text for a string, so that empty is null.
        None,
        type=["null", "string"],
        # No user name, password or query: parameters are stored in clear.
        pattern=r"^(https?://[^\s@?#]+)?$",
        description="Address of the hub; empty means HF_ENDPOINT, and without that the Hugging Face Hub",
    ),
    "limit": Param(None, type=["null", "integer"], minimum=1, description="List at most this many models; empty means all"),
    "cards": Param("changed", enum=["none", "changed", "all"], description="Whose model cards to fetch"),
    "parents": Param(1000, type="integer", minimum=0, description="Ask about at most this many parents that no listing holds"),
    "mode": Param(
        "auto", enum=["auto", "full", "incremental"], description="auto: only what changed, and once a week the whole hub"
    ),
}


@dag(
    description="Crawl the hub, build every table, check them, publish",
    schedule=NIGHTLY,
    deadline=FRESHNESS,
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULT_ARGS,
    params=PARAMS,
    tags=["hubtree", "ingest"],
    doc_md=__doc__,
)
def nightly_ingest() -> None:
    @task(**ASKS_HUB, execution_timeout=timedelta(hours=12))
    def crawl(params: dict[str, Any]) -> dict[str, Any]:
        from pipelines import settings, steps

        here = settings.Settings.from_environment()
        return steps.crawl(here, mode=params["mode"], limit=params["limit"], hub=params["hub"] or None)

    @task(**ASKS_HUB, execution_timeout=timedelta(hours=12))
    def fetch_cards(params: dict[str, Any]) -> dict[str, Any]:
        from pipelines import settings, steps

        return steps.fetch_cards(settings.Settings.from_environment(), policy=params["cards"], hub=params["hub"] or None)

    @task(**ASKS_HUB, execution_timeout=timedelta(hours=2))
    def ask_parents(params: dict[str, Any]) -> dict[str, Any]:
        from pipelines import settings, steps

        return steps.ask_parents(settings.Settings.from_environment(), limit=params["parents"], hub=params["hub"] or None)

    @task
    def build_step(step: str, build_id: str) -> dict[str, Any]:
        from pipelines import settings, steps

        return getattr(steps, step)(settings.Settings.from_environment(), build_id=build_id)

    def build(step: str, **options: Any) -> Any:
        return build_step.override(task_id=step, **options)(step, BUILD_ID)

    chain(
        crawl(),
        fetch_cards(),
        ask_parents(),
        build("start_build"),
        build("parse_cards"),
        build("resolve_lineage"),
        build("analyse"),
        build("assemble"),
        build("check"),
        build("publish", outlets=[PUBLISHED], **RETRIED),
    )


nightly_ingest()
