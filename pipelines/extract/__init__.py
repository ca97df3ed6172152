"""What leaves the house: the published tables as Parquet, CSV and JSON Lines, families as graphs, with a manifest."""
