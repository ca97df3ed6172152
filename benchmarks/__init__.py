"""What `make bench` measures: speed and memory as ratios to named yardsticks, taken in one run on one machine.

Nothing here passes or fails by time. It fails where two ways that should give the same numbers do not.
"""
