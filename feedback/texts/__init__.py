"""What a text says: tone, topics, names to mask, words of the law and of advertisers."""
