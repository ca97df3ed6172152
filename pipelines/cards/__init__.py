"""Card text to typed facts, pure."""
