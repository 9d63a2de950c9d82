"""
The inspector: bytes of a file into what is known of it (``domain.files.FileFacts``).

It runs as a process of its own, one a file, with limits of time and memory
(``__main__``): libraries that read pictures and sheets meet hostile ones here, and
nothing else of us is in reach: it is given a file, and neither tokens nor addresses.
"""
