"""The server's tables, step by step."""
