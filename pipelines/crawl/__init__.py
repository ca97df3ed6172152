"""The only room with a network: from a hub to the landing zone."""
