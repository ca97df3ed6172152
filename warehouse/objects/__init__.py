"""Landing files shared through object storage; nothing here is imported unless ``HUBTREE_ENGINE`` asks for it."""
