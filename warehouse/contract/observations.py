"""The tables of measurements: losses, the observations that scaling laws are fitted to."""

from __future__ import annotations

from typing import Final

from warehouse.contract.table import Rule, Table, names

_COUNTS: Final = names("parameter_count non_embedding_parameter_count token_count unique_token_count")
_SCALE: Final = names("parameter_count token_count")

LOSSES: Final = Table(
    name="losses",
    grain="one observation of a loss: one model or checkpoint on one evaluation set",
    key=("source_name", "source_file", "source_row", "eval_set"),
    column_names=names("""
        series run_id model_id model_ref parameter_count non_embedding_parameter_count parameter_definition token_count
        unique_token_count epochs compute_flop model_width model_depth step seed schedule eval_set tokenizer
        loss published_loss log_base is_final broken_columns loss_source
        source_name source_file source_row source_license source_citation source_url observed_at
    """),
    required=names("series eval_set parameter_definition loss published_loss is_final broken_columns loss_source observed_at"),
    references=(("model_id", "models", "model_id"),),
    beware=(
        "Losses compare within one series, eval_set and tokenizer; never pool others.",
        "Checkpoints of one run_id are not independent: is_final picks one a run.",
        "parameter_definition says what N counts; two definitions in one fit move its exponents.",
        "Losses of cards (source_name hub) are self-reported, their unit is taken for nats, and most are of fine-tunes.",
        "At token_count 0 a model is untrained: no law holds there.",
    ),
    rules=(
        Rule(
            "a loss is a positive number",
            "fail",
            "loss and published_loss are finite, and loss is above 0.",
            "select source_name, source_file, source_row from losses"
            " where not (loss > 0 and isfinite(loss) and isfinite(published_loss))",
        ),
        Rule(
            "compute is about 6ND",
            "fail",
            "Where compute, N and D are told, compute is within 0.3 and 3 times 6ND; else the row is in quarantine.",
            "select source_name, source_file, source_row from losses where parameter_count > 0 and token_count > 0"
            " and compute_flop / (6 * parameter_count * token_count) not between 0.3 and 3",
        ),
        Rule(
            "one tokenizer a series",
            "fail",
            "Losses of one source, series and evaluation set are divided by the tokens of one tokenizer.",
            "select source_name, source_file, series, eval_set from losses group by all having count(distinct tokenizer) > 1",
        ),
        Rule(
            "tokens grow with steps",
            "fail",
            "Within a run, more steps never come with fewer tokens.",
            "select * from (select source_name, source_file, series, eval_set, run_id, step, token_count,"
            " lag(token_count) over (partition by source_name, source_file, series, eval_set, run_id"
            " order by step, token_count) as before from losses where run_id is not null and step is not null"
            " and token_count is not null) where token_count < before",
        ),
        Rule(
            "a broken column is empty",
            "fail",
            "No value stands in a column that is named in broken_columns.",
            "select source_name, source_file, source_row from losses where"
            " (list_contains(broken_columns, 'compute_flop') and compute_flop is not null)"
            " or (list_contains(broken_columns, 'unique_token_count') and unique_token_count is not null)",
        ),
    ),
    fractional=_COUNTS,
)

EVALUATIONS: Final = Table(
    name="evaluations",
    grain="one score of a model or checkpoint on a benchmark under one protocol",
    key=("source_name", "source_file", "source_row", "protocol_id"),
    column_names=names("""
        model_id model_ref model_revision series step
        protocol_id harness benchmark split n_shots prompt_format metric metric_kind is_higher_better
        value stderr stderr_source n_items weight_precision parameter_count token_count compute_flop
        model_type base_model_ref evaluated_at evaluation_source
        source_name source_file source_row source_license source_citation source_url observed_at
    """),
    required=names("model_ref harness benchmark metric metric_kind value evaluation_source observed_at"),
    references=(("model_id", "models", "model_id"),),
    beware=(
        "Scores compare within one protocol_id alone.",
        "Scores of cards (source_name hub) are self-reported; whose accuracies exceed 1 are taken for percentages.",
        "A model may stand several times in a protocol: other precisions, revisions, steps or files.",
    ),
    rules=(
        Rule(
            "a share lies between 0 and 1",
            "fail",
            "Accuracies and probabilities are shares, and every score is a finite number.",
            "select source_name, source_file, source_row from evaluations where not isfinite(value)"
            " or (metric_kind in ('accuracy', 'probability') and value not between 0 and 1)",
        ),
        Rule(
            "an error says where it comes from",
            "fail",
            "stderr and stderr_source are there together; a binomial one needs the number of items.",
            "select source_name, source_file, source_row from evaluations where (stderr is null) <> (stderr_source is null)"
            " or (stderr_source = 'binomial' and n_items is null)",
        ),
        Rule(
            "a protocol has one metric",
            "fail",
            "All scores of a protocol have one benchmark, metric, kind and direction.",
            "select protocol_id from evaluations group by protocol_id having count(distinct metric) > 1"
            " or count(distinct metric_kind) > 1 or count(distinct benchmark) > 1 or count(distinct is_higher_better) > 1",
        ),
    ),
    fractional=_SCALE,
)
