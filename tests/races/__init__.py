"""What many do at once, on a database where commits are real."""
