"""The array types of the scaling room, and the names of its axes.

B counts problems (data sets, replicates, starts) that are solved side by side, n observations, P parameters, K terms.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
