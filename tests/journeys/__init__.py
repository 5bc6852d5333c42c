"""Whole ways through the running house: real processes, real mail, real kills."""
