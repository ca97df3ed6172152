"""Spark as an engine for the files of ``sql/``: nothing of it is imported unless ``HUBTREE_ENGINE=spark`` asks for it."""
