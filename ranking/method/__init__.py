"""The method: each formula a pure module with its source, values in and values out."""
