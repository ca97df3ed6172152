"""Bulk files people already have, read into the landing zone."""
