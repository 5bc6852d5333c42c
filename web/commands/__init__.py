"""The commands of `hailong`, one module each, imported only when called for."""
