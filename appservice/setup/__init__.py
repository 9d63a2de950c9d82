"""
What ``homeroom init`` writes for the servers beside Homeroom, each module for one.

Written once, with fresh secrets in files of their own; what is there stays as it is.
"""
