"""An edition's life: committed to, drafted, contested, published, answered by plans."""
