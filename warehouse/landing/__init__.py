"""The landing zone: immutable Parquet files of what was seen, each with its own provenance and checksum in its name."""
