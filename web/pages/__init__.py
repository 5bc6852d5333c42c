"""The pages people see, one file per thing they do."""
