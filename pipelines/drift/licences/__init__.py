"""Licence verdicts: what the licences upstream oblige a model to, and whether its declared licence honours it.

A verdict is a flag for a person to review, with its argument: the rule and clause, the path of models that brings the duty,
a confidence and the reasons to doubt it. It is never legal advice. The rules are data (``warehouse/codes/license_rules.csv``).
"""

from pipelines.drift.licences.chains import judge_chains, label_chains
from pipelines.drift.licences.rulebook import CodeTables, Rulebook
from pipelines.drift.licences.verdicts import Verdicts, judge_licenses

__all__ = ["CodeTables", "Rulebook", "Verdicts", "judge_chains", "judge_licenses", "label_chains"]
