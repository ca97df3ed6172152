"""Scaling laws: loss observations and the laws fitted to them, with intervals, warnings and allocations; pure, without I/O."""
