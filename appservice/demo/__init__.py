"""A school of our own: Postgres, Synapse, Homeroom and people, for demo and tests."""
