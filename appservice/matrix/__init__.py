"""
The homeserver's side: its events parsed, its API called, our notices put into words.

Nothing here knows the database.
"""
