"""One file per number, its limit or peer measured in the same run."""
