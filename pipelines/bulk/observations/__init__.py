"""Measurements of models, losses and scores, out of public releases and anybody's tables."""
