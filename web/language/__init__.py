"""The two languages, and what people call the values they see."""
