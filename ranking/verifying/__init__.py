"""Recounts a published edition from its own files; shares no code with what made it."""
