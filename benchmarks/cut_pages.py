"""The first pages of a recorded listing as a file of their own: ``python -m benchmarks.cut_pages LISTING N_PAGES OUTPUT``."""

from __future__ import annotations

import sys

import polars as pl

from benchmarks.stopwatch import Stopwatch

if __name__ == "__main__":
    listing, n_pages, output = sys.argv[1:]
    pl.scan_parquet(listing).filter(pl.col("page") < pl.col("page").min() + int(n_pages)).sink_parquet(output)
    Stopwatch().tell(None)
