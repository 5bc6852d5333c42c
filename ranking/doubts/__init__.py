"""Answers that look arranged, and results that are looked into: people say what they are."""
