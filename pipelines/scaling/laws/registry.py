"""Every law by name. To add one: write its class (parameters with units, inputs, form, source) and name it here."""

from __future__ import annotations

from typing import Final

from pipelines.scaling.laws.additive import (
    Chinchilla,
    FloorInCompute,
    FloorInParameters,
    FloorInTime,
    FloorInTokens,
    OverTraining,
    PowerInCompute,
    PowerInParameters,
    WidthDepthParametersTokens,
    WidthDepthTokens,
)
from pipelines.scaling.laws.curved import BrokenPower, DataConstrained, Kaplan, OuterPower
from pipelines.scaling.laws.law import Law

LAWS: Final[dict[str, Law]] = {
    law.name: law
    for law in (
        Chinchilla(),
        FloorInParameters(),
        FloorInTokens(),
        FloorInCompute(),
        PowerInParameters(),
        PowerInCompute(),
        FloorInTime(),
        Kaplan(),
        OuterPower(),
        WidthDepthTokens(),
        WidthDepthParametersTokens(),
        OverTraining(),
        DataConstrained(),
        BrokenPower(),
    )
}


def register(law: Law) -> None:
    """Make a law of one's own known by its name to everything that asks for one.

    Raises:
        ValueError: another law has the name.
    """
    if law.name == "chinchilla_tied" or type(LAWS.get(law.name, law)) is not type(law):
        raise ValueError(f"another law is called {law.name}")
    LAWS[law.name] = law


def law_named(name: str) -> Law:
    """Return a law by name; ``chinchilla_tied`` is the additive law with one exponent.

    Raises:
        KeyError: there is no such law.
    """
    if name == "chinchilla_tied":
        return Chinchilla().with_tied(beta="alpha")
    if name not in LAWS:
        raise KeyError(f"no law is called {name}; there are {', '.join([*LAWS, 'chinchilla_tied'])}")
    return LAWS[name]
