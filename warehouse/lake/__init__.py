"""Landing files shared by several machines through DuckLake; nothing here is imported unless ``HUBTREE_ENGINE`` asks for it."""
