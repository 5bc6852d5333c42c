"""The JSON API, one file per noun. A handler parses, makes one call, replies."""
