"""The hardened read-only connection, its limits, descriptions and the cookbook."""
