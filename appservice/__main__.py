"""``python -m appservice`` is the ``homeroom`` command."""

from appservice.cli import main

main(prog_name="homeroom")
