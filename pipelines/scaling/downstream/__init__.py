"""From scale to scores: how scores follow compute, what design adds, how they change along edges, who stands in front.

Nothing here compares two protocols: every function works protocol by protocol.
"""
