"""What leaves the house: the published tables as Parquet and CSV, with a manifest."""
