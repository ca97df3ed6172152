"""How every picture of hubtree looks and becomes a file: one palette, one renderer, no script and no network."""
