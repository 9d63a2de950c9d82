"""Servers that we run ourselves: PostgreSQL and, for demo and tests, a Synapse."""
