"""Forests as one array: who each node hangs from. Everything here takes n log(depth) time, however deep the trees are.

A level-by-level walk takes as many steps as a tree is deep, and a chain of a million models is a million deep. So nodes look
twice as far up in each round (pointer jumping), and twenty rounds reach over any chain that can be held in memory.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


def follow(up: Ints) -> tuple[Ints, Ints]:
    """Follow ``up`` to the end of each chain: (the node that points to itself, number of steps to it); shapes (n_nodes,)."""
    end, n_steps = up.copy(), (up != np.arange(len(up))).astype(np.int64)
    moving = np.flatnonzero(n_steps)
    while len(moving):
        reached = end[moving]
        gained = n_steps[reached]
        n_steps[moving] += gained
        end[moving] = end[reached]
        moving = moving[gained > 0]
    return end, n_steps


@dataclass(frozen=True)
class Forest:
    """Rooted trees: each node's parent (a root is its own), its root, and its distance from it in edges."""

    up: Ints
    root: Ints
    distance: Ints

    @staticmethod
    def of(up: Ints) -> Forest:
        """Make the forest in which each node hangs from ``up``; nodes that hang from themselves are roots."""
        root, distance = follow(up)
        return Forest(up, root, distance)

    def sum_below(self, values: Ints) -> Ints:
        """Return for each node the sum of ``values`` over its subtree, itself included; exact integers, shape (n_nodes,).

        After round k each node holds the sum over what lies less than 2^k steps below it.
        """
        total, jump, reach = values.astype(np.int64), self.up.copy(), 1
        moving = np.flatnonzero(self.distance >= 1)
        while len(moving):
            np.add.at(total, jump[moving], total[moving])
            reach *= 2
            moving = moving[self.distance[moving] >= reach]
            jump[moving] = jump[jump[moving]]
        return total
