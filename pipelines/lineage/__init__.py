"""Claims to families, pure."""
