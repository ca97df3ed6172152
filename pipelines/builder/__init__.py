"""From the landing zone to finished tables: reads and writes Parquet around the pure rooms."""
