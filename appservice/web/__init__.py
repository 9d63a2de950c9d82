"""The port: the homeserver's transactions, and whether we are well."""
