"""Turns a period's ratings and promises into one honest edition that never changes.

`tallies` counts residents, not answers. `cohorts` counts the promises that fell due. `method`
holds the published formulas; its `standings` applies them, step by step, to counts alone.
`editions` freezes the result with its configuration; `verify` recomputes it from the files,
knowing nothing of this application.
"""
