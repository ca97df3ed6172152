"""Two nights of a planted hub, landed: ``python -m benchmarks.planted_nights MODELS CHANGED HOME``.

The first night lands the hub whole, with cards of a tenth of its models; the second a listing with CHANGED modified models and
their cards. A build as of the first day sees the first night alone.
"""

from __future__ import annotations

import sys
from datetime import timedelta
from pathlib import Path

from benchmarks.planted_year import FIRST_NIGHT, SEED, changes, land_night
from pipelines.local_hub.planted import plant
from warehouse.paths import Layout


def main(n_models: int, n_changed: int, home: Path) -> None:
    """Land both nights."""
    hub = plant(n_models, SEED, card_share=0.1)
    land_night(Layout(home), FIRST_NIGHT, hub.records, hub.cards)
    records, cards = next(changes(hub.records, hub.cards, 1, n_changed))
    land_night(Layout(home), FIRST_NIGHT + timedelta(days=1), records, cards)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]))
