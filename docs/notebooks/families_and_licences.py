"""Families, licence drift and licence conflicts of the published hub: a notebook of marimo.

    marimo edit docs/notebooks/families_and_licences.py

It reads the home that HUBTREE_HOME names. In the tests it runs on the sample of docs/reference/cookbook.md.
"""

import marimo

app = marimo.App(width="medium", app_title="Families and licences of a model hub")


@app.cell
def _():
    import marimo as mo
    import numpy as np
    import polars as pl

    from pipelines.query import open_hub

    hub = open_hub()
    return hub, mo, np, pl


@app.cell
def _(hub, mo):
    seen = hub.sql("select count(*) as n_models, max(last_seen_at) as seen from models")
    mo.md(
        f"""
        # Who descends from whom, and under which licence?

        **{seen["n_models"][0]:,} models, seen until {seen["seen"][0]:%Y-%m-%d}.** A family is what hangs together by
        fine-tunes, adapters and quantizations (scope `no_merges`). Licences are what authors declare: nothing here is
        legal advice.
        """
    )
    return


@app.cell
def _(hub, mo):
    families = hub.ask("largest_families")
    mo.vstack([mo.md("## Which families are the largest?"), families.head(10)])
    return (families,)


@app.cell
def _(families, hub, mo, pl):
    largest = families["family_id"][0]
    tree = hub.family_tree(largest)
    by_relation = pl.Series("relation", [edge["relation"] for _, _, edge in tree.edges(data=True)]).value_counts(sort=True)
    inferred = sum(edge["relation_source"] == "inferred" for _, _, edge in tree.edges(data=True))
    mo.vstack(
        [
            mo.md(
                f"""
                ## How is the largest family made?

                Below **{largest}** hang {len(tree) - 1:,} models by {tree.number_of_edges():,} edges; the relation of
                {inferred:,} of them is inferred by a rule, because nobody declared it.
                """
            ),
            by_relation,
        ]
    )
    return by_relation, largest, tree


@app.cell
def _(hub, mo):
    rates = (
        hub.table("trait_mutations")
        .filter(trait="license", protocol="hubtree")
        .select("relation_scope", "n_declared_pairs", "n_changed_pairs", "^mutation_rate.*$", "n_clusters")
        .sort("n_declared_pairs", "relation_scope", descending=[True, False])
    )
    mo.vstack(
        [
            mo.md(
                """
                ## How often does the licence change from parent to child?

                Shares of the pairs where both declare one, with 95 % intervals over families: siblings are not independent.
                Where the interval is wide, the hub says little. [How it is counted](../drift.md)
                """
            ),
            rates,
        ]
    )
    return (rates,)


@app.cell
def _(hub, mo):
    flows = hub.ask("license_flows")
    mo.vstack([mo.md("## Which way do licences move, and on whom does each flow hang?"), flows.head(10)])
    return (flows,)


@app.cell
def _(hub, mo):
    verdicts = hub.ask("license_verdicts_counted")
    mo.vstack([mo.md("## How do declared licences stand to what upstream asks?"), verdicts])
    return (verdicts,)


@app.cell
def _(hub, mo, np):
    # One row a family: edges judged, and those in conflict. Families are drawn anew, not edges: siblings are not independent.
    judged = hub.sql(
        """
        select
            coalesce(m.family_id, v.child_id) as family_id,
            count(distinct v.child_id) as n_children,
            count(distinct v.child_id) filter (where v.verdict = 'conflict') as n_conflicts
        from license_verdicts v
        join models m on m.model_id = v.child_id
        where v.judged = 'edge'
        group by all
        order by family_id
        """
    )
    drawn = np.random.default_rng(0).integers(0, judged.height, (2_000, judged.height)) if judged.height else None
    counts = judged.select("n_conflicts", "n_children").to_numpy()
    conflict_share = counts[:, 0].sum() / counts[:, 1].sum() if judged.height else None
    conflict_interval = None
    if drawn is not None:
        sums = counts[drawn].sum(axis=1)
        conflict_interval = np.quantile(sums[:, 0] / sums[:, 1], [0.025, 0.975])
    mo.md(
        "no edge has a verdict here"
        if conflict_interval is None
        else f"""
        Of {counts[:, 1].sum():,} children in {judged.height:,} families with a verdict on an edge, **{conflict_share:.1%}**
        declare a licence that conflicts with what upstream asks (95 %: {conflict_interval[0]:.1%} to
        {conflict_interval[1]:.1%}, families drawn anew 2,000 times).
        """
    )
    return conflict_interval, conflict_share


@app.cell
def _(hub, mo):
    conflicts = hub.sql(
        """
        select v.child_id, v.verdict, m.license_id, m.downloads_30d
        from license_verdicts v
        join models m on m.model_id = v.child_id
        where v.verdict = 'conflict'
        group by all
        order by m.downloads_30d desc nulls last, v.child_id
        limit 20
        """
    )
    mo.vstack(
        [
            mo.md(
                """
                ## Which conflicts touch the most users?

                Each row is a question to ask an author, with the clause in `license_duties`; `hubtree license MODEL` shows the
                path. A conflict of declarations is no judgement. [Rules and doubts](../licences.md)
                """
            ),
            conflicts,
        ]
    )
    return (conflicts,)


if __name__ == "__main__":
    app.run()
