"""Bootstrap replicates as vectors of counts over the observations, (R, n): pairs, clusters, and blocks of checkpoints.

Checkpoints of one run, and runs of one size, err together; resampling them one by one makes intervals too narrow. So clusters
are the default as soon as a run has more than one checkpoint. Cameron, Gelbach and Miller, "Bootstrap-Based Improvements for
Inference with Clustered Errors", 2008; blocks: Künsch, "The Jackknife and the Bootstrap for General Stationary Observations",
1989.
"""

from __future__ import annotations

from typing import Final, Literal

import numpy as np

from pipelines.scaling.arrays import Floats, Ints

Resampling = Literal["pairs", "run", "size", "block"]
SEED: Final = 20_240_415


def resample(how: Resampling, labels: Ints, n_replicates: int, *, seed: int = SEED, block: int = 0) -> Floats:
    """Return counts of each observation in each replicate, (R, n).

    Args:
        how: ``pairs`` draws observations, ``run`` and ``size`` whole clusters, ``block`` runs of neighbours inside clusters.
        labels: each observation's cluster (for ``pairs`` only their number counts); for ``block`` in order inside each cluster.
        n_replicates: R.
        seed: of the generator.
        block: observations in a block; the cube root of the cluster's size, the usual choice, if 0.
    """
    rng = np.random.default_rng(seed)
    if how == "pairs":
        return pairs(len(labels), n_replicates, rng)
    return blocks(labels, n_replicates, rng, block) if how == "block" else clusters(labels, n_replicates, rng)


def pairs(n: int, n_replicates: int, rng: np.random.Generator) -> Floats:
    """Draw n observations with replacement."""
    return rng.multinomial(n, np.full(n, 1 / n), size=n_replicates).astype(np.float64)


def clusters(labels: Ints, n_replicates: int, rng: np.random.Generator) -> Floats:
    """Draw as many clusters as there are, with replacement; all observations of a drawn cluster come along."""
    _, member = np.unique(labels, return_inverse=True)
    n = int(member.max()) + 1
    return pairs(n, n_replicates, rng)[:, member]


def blocks(labels: Ints, n_replicates: int, rng: np.random.Generator, length: int = 0) -> Floats:
    """Draw blocks of neighbours inside each cluster, round its end, until the cluster has its number of observations again."""
    counts = np.zeros((n_replicates, len(labels)))
    rows = np.arange(n_replicates)[:, None]
    for label in np.unique(labels):
        at = np.flatnonzero(labels == label)
        size = length or max(1, round(len(at) ** (1 / 3)))
        n_blocks = -(-len(at) // size)
        first = rng.integers(len(at), size=(n_replicates, n_blocks))
        drawn = ((first[:, :, None] + np.arange(size)) % len(at)).reshape(n_replicates, -1)[:, : len(at)]
        np.add.at(counts, (rows, at[drawn]), 1.0)
    return counts


def size_labels(parameter_count: Floats) -> Ints:
    """Return one label a size: ln N rounded to two digits after the point, so that rounded counts of one model meet."""
    labels: Ints = np.unique(np.round(np.log(parameter_count), 2), return_inverse=True)[1].astype(np.int64)
    return labels
