"""Tables about the running of hubtree itself: what was set aside, what went where, runs and checks."""

from __future__ import annotations

from warehouse.contract.table import Rule, Table, names

QUARANTINE = Table(
    name="quarantine",
    grain="one record, or one field of a record, that could not be read as what it should be",
    key=("landing_file", "row_number", "scope", "field"),
    column_names=names("landing_kind landing_file row_number model_id scope field reason excerpt observed_at"),
    required=names("landing_kind landing_file row_number scope reason observed_at"),
)


CONSERVATION = Table(
    name="conservation",
    grain="one landing kind: where its rows went",
    key=("landing_kind",),
    column_names=names("landing_kind n_landed n_kept n_superseded n_quarantined"),
    required=names("n_landed n_kept n_superseded n_quarantined"),
    rules=(
        Rule(
            "nothing is lost",
            "fail",
            "Rows landed are rows kept, superseded or quarantined.",
            "select * from conservation where n_landed <> n_kept + n_superseded + n_quarantined",
        ),
        Rule(
            "models are the rows kept of listing and details",
            "fail",
            "Each model stands for exactly one kept record.",
            "select * from (select coalesce(sum(n_kept), 0) as n from conservation"
            " where landing_kind in ('listing', 'details')) c,"
            " (select count(*) as n from models) m where c.n <> m.n",
        ),
        Rule(
            "few records are quarantined",
            "fail",
            "At most one record in 200 of a kind is set aside, or 20 records.",
            "select * from conservation where landing_kind not in ('cards', 'losses', 'evaluations')"
            " and n_quarantined > greatest(20, n_landed * 0.005)",
        ),
        Rule(
            "few cards belong to unknown models",
            "warn",
            "At most one card visit in 200 names a model that no listing holds; import the listing of that day too.",
            "select * from conservation where landing_kind = 'cards' and n_quarantined > greatest(20, n_landed * 0.005)",
        ),
        Rule(
            "few measurements are set aside",
            "warn",
            "At most one imported loss or score in 20 can't be true; quarantine says why.",
            "select * from conservation where landing_kind in ('losses', 'evaluations')"
            " and n_quarantined > greatest(20, n_landed * 0.05)",
        ),
    ),
)


RUNS = Table(
    name="runs",
    grain="one finished run of a command",
    key=("run_id",),
    column_names=names("""
        run_id verb hub mode status is_complete_listing started_at finished_at watermark n_requests n_rows n_files
        seconds_waited note
    """),
    required=names("verb status started_at finished_at"),
    may_be_empty=False,
)


RUN_STEPS = Table(
    name="run_steps",
    grain="one step of a finished run, and what it took; a crawl or an import is one step of the name of its verb",
    key=("run_id", "run_step"),
    column_names=names("""
        run_id run_step started_at finished_at cpu_seconds n_bytes_read n_bytes_written peak_memory_bytes
    """),
    required=names("started_at finished_at cpu_seconds n_bytes_read n_bytes_written peak_memory_bytes"),
    references=(("run_id", "runs", "run_id"),),
    beware=("publish is not among the steps of a build: it ends after they are written down.",),
)


CHECK_RESULTS = Table(
    name="check_results",
    grain="one check of one table in the build that made this file",
    key=("table_name", "check_name"),
    column_names=names("run_id table_name check_name severity is_passed n_rows n_failed observed expected checked_at"),
    required=names("run_id severity expected checked_at"),
)
