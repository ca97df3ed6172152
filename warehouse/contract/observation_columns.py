"""Columns of measurements of models: what was measured, of which training run, at which scale, and who says so."""

from __future__ import annotations

from typing import Final

from warehouse.contract.column import Column, at, count, estimate, flag, number, text, texts

OBSERVATION_COLUMNS: Final = (
    # what was measured
    text("series", "Losses that one law may describe: models of one family, data and recipe that differ in scale."),
    number("loss", "Cross entropy in nats (natural logarithm), whatever unit the source used."),
    Column("published_loss", "DOUBLE", "The source's own number, in its own unit (log_base)."),
    text("log_base", "Base of the source's logarithm: e, 2, 10; perplexity: the source gives the exponential."),
    text("eval_set", "Text the loss was measured on, as the source names it; unnamed where it does not say."),
    text(
        "tokenizer", "Tokenizer whose tokens the loss is divided by; bytes: per byte. Losses of two tokenizers do not compare."
    ),
    flag("is_final", "Last observation of its training run, or the only one."),
    texts("broken_columns", "Columns that most of the source's own rows contradict; they are null here."),
    # scale
    text("model_ref", "The model as the source names it; model_id is the repository that bears this name, if one is known."),
    count("non_embedding_parameter_count", "Parameters without those of the embedding, where the source tells."),
    text(
        "parameter_definition",
        "What parameter_count counts: with_embeddings, without_embeddings; nominal: a name's rounded size; unknown.",
    ),
    count("token_count", "Training tokens seen (D), repeated ones each time."),
    count("unique_token_count", "Different training tokens (U); null where unknown."),
    number("epochs", "Times the unique tokens are repeated by the end of the run, where the source tells."),
    number("compute_flop", "Training compute (C) in FLOP as the source says; null where it does not: it is about 6 N D."),
    count("model_width", "Width of the model (hidden size).", minimum=1),
    count("model_depth", "Layers of the model.", minimum=1),
    count("step", "Optimizer steps taken."),
    Column("seed", "BIGINT", "Seed of the training run, where the source tells."),
    text("schedule", "Learning-rate schedule: constant, cosine, cooldown, …; null where the source does not tell."),
    # scores
    text(
        "protocol_id", "How a score was measured: harness, benchmark, split, shots, metric, prompt. Compare within one alone."
    ),
    text("harness", "Who ran the evaluation with which software; model_card: the model's maker says so."),
    text("benchmark", "Benchmark or data set, as the source names it."),
    text("split", "Part of the benchmark: val, test, …; null where the source does not tell."),
    count("n_shots", "Solved examples in the prompt; null where unknown."),
    text("prompt_format", "chat_template or plain, where the source tells."),
    text("weight_precision", "Numbers the weights were loaded in (bfloat16, float16, 4bit, …)."),
    text(
        "metric_kind",
        "nll: negative log-likelihood of the right answer; probability: of the right answer among the choices; log_probability:"
        " its logarithm; accuracy; other.",
    ),
    flag("is_higher_better", "Larger values are better; null where unknown."),
    Column("value", "DOUBLE", "The score; accuracies and probabilities between 0 and 1."),
    number("stderr", "Standard error of value, see stderr_source; null where unknown."),
    text("stderr_source", "reported by the source; binomial: of an accuracy over n_items, which takes items for independent."),
    count("n_items", "Items of the benchmark, where known."),
    text("model_revision", "Commit of the model that was evaluated, where the source tells."),
    text("model_type", "What the source says the model is: pretrained, fine-tuned, merge, …"),
    text("base_model_ref", "Base model that the source names; the hub's own parents stand in edges."),
    at("evaluated_at", "When the evaluation was asked for (UTC)."),
    text("evaluation_source", "import: a file of scores; model_index: a result that the card states."),
    # from scale to scores
    count("n_scored_models", "Models with a score in the protocol.", minimum=1),
    count("n_computes", "Different training computes among them.", minimum=1),
    *estimate(
        "rank_correlation", "Spearman's correlation of score and training compute, larger scores better: -1 to 1.", minimum=-1
    ),
    count("n_scored_families", "Families of those models: linked by edges or by the base that a source names.", minimum=1),
    number("scale_error", "Mean absolute error of the score predicted from size alone, families held out."),
    number("design_error", "The same with design features beside size."),
    *estimate("design_gain", "1 less design_error over scale_error; below 0 the features mislead."),
    Column("shuffled_gain", "DOUBLE", "Mean gain of the same features shuffled over the models: about 0 or below."),
    Column("shuffled_gain_largest", "DOUBLE", "Largest gain among the shuffles."),
    text("baseline", "What a child is compared with: its parent; of merges also best_parent and mean_parent of those scored."),
    count("n_parents_compared", "Different (first) parents among the pairs.", minimum=1),
    *estimate("score_change", "Mean of child less baseline, turned so that above 0 is better; interval clustered by parent."),
    Column("median_change", "DOUBLE", "Median of the same."),
    number("improved_share", "Share of pairs whose child is better.", maximum=1),
    number(
        "clear_share", "Share of pairs that differ by more than 1.96 joint standard errors; null if none are known.", maximum=1
    ),
    at("known_at", "When the model was there: its creation on the hub, else its evaluation (UTC)."),
    # who says so
    text(
        "loss_source",
        "import: a file of losses; model_index: a result that a card states; card_table: the log of a training in its text.",
    ),
    text("source_name", "Release or file the measurement came from; hub for what models' own cards say."),
    text("source_file", "File of the source; for the hub, the model."),
    count("source_row", "Row of that file, from 0; for the hub, the position of the result."),
    text("source_license", "Licence of the source; null where it states none."),
    text("source_citation", "How to cite the source."),
)
