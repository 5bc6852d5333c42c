"""From rows to counts: what residents answered, which promises were kept; and all counted again."""
