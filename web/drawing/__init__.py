"""Turns templates, pictures and texts into the bytes that are sent."""
