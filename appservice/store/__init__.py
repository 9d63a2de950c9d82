"""
SQL, and the functions that run it: one module per word.

A function is a statement and a conversion. Transactions belong to the caller. Nothing
here knows the homeserver.
"""
