"""What is true about the data: contract, code tables, places on disk, the landing format, the writer and the publisher."""
