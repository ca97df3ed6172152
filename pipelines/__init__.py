"""The verbs of hubtree and the rooms behind them."""
