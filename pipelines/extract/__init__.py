"""What leaves the house: tables, graphs, manifests."""
