"""
What keeps the road moving: intake, moderation, enforcement, reconcile, upkeep.

Each gathers, asks the pure core, and writes. ``worker`` keeps them running.
"""
