"""
The ``homeroom`` command: one command or group a file, found automatically.

A file ``rooms.py`` exports its command as ``COMMAND`` or as ``rooms``; a file
``check_config.py`` is the command ``check-config``. It is imported only when it is
asked for, so that ``homeroom check`` starts at once. What a command
raises is turned into a sentence and an exit code here and nowhere else.
"""

import pkgutil
from importlib import import_module
from typing import Any, Final

import click

EXIT_CODES: Final = {
    "ConfigError": 3,
    "RosterError": 3,
    "NotReady": 3,
    "WrongSchema": 4,
    "EmbeddedError": 4,
    "BackupError": 1,
    "PortTaken": 1,
    "MatrixFailure": 1,
    "DatabaseAway": 4,
    # What asyncpg says when a database goes away, is full, missing or locked to us.
    "ConnectionRefusedError": 4,
    "PostgresConnectionError": 4,
    "OperatorInterventionError": 4,
    "InsufficientResourcesError": 4,
    "InvalidCatalogNameError": 4,
    "InvalidAuthorizationSpecificationError": 4,
}
"""By name, also of a class above: a command imports what it needs, and we nothing."""
INTERRUPTED: Final = 130

EPILOG: Final = """
\b
Exit codes:
  0    done
  1    something is wrong; the command says what
  2    wrong usage
  3    a mistake in the configuration, a policy, the roster or a registration
  4    the database cannot be reached, or has another schema
  130  interrupted
"""


class Commands(click.Group):
    """The commands of this package, each imported when it is needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's
        names = (module.name for module in pkgutil.iter_modules(__path__))
        return sorted(name.replace("_", "-") for name in names)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.list_commands(ctx):
            return None
        name = cmd_name.replace("-", "_")
        module = import_module(f"{__name__}.{name}")
        command = getattr(module, "COMMAND", getattr(module, name, None))
        # Not every file is a command: progress.py helps the others.
        return command if isinstance(command, click.Command) else None

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (KeyboardInterrupt, click.Abort):
            ctx.exit(INTERRUPTED)
        except Exception as error:
            code = exit_code(error)
            if code is None:
                raise  # a mistake of ours: the traceback is wanted
            click.echo(str(error) or type(error).__name__, err=True)
            ctx.exit(code)


def exit_code(error: Exception) -> int | None:
    """Choose the code for an error that has a remedy; None for a mistake of ours."""
    names = (kind.__name__ for kind in type(error).__mro__)
    return next((EXIT_CODES[name] for name in names if name in EXIT_CODES), None)


@click.command(cls=Commands, epilog=EPILOG)
def main() -> None:
    """Keep a school's Matrix rooms by the school's own written rules."""
