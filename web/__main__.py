"""`hailong`: the table of commands. A command's module is imported when it is called."""

import gc
import importlib
import sys

import click

from web import garbage, mistakes

COMMANDS = {
    "up": ("web.commands.up:up", "Start everything and keep it running."),
    "demo": ("web.commands.demo:demo", "As up, on a folder filled with a demo city."),
    "serve": ("web.commands.serve:serve", "Serve pages and API alone, for production."),
    "work": ("web.commands.work:work", "Work through the queue alone."),
    "schedule": ("web.commands.schedule:schedule", "Keep the schedule of jobs alone."),
    "migrate": ("web.commands.migrate:migrate", "Bring the database's schema up to date."),
    "import": ("web.commands.imports:import_", "Take agencies, cases, dossiers ... from a file."),
    "export": ("web.commands.export:export", "Write a register as the file it is imported from."),
    "deadline": ("web.commands.deadline:deadline", "Compute deadlines for scripts, line by line."),
    "rank": ("web.commands.rank:rank", "Rank any table of counts by the method."),
    "edition": ("web.commands.edition:edition", "Draft, publish, list, export, verify editions."),
    "user": ("web.commands.user:user", "Add, disable, reset staff accounts."),
    "key": ("web.commands.key:key", "Add and revoke agencies' API keys."),
    "bounces": ("web.commands.bounces:bounces", "Note which invitations came back undelivered."),
}


class Lazy(click.Group):
    """A group that knows its commands' names and lines of help without importing them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[cmd_name][0].partition(":")
        gc.disable()  # a third of the time of an import would go into finding no garbage
        try:
            command: click.Command = getattr(importlib.import_module(module), attribute)
        finally:
            gc.enable()
        garbage.look_seldom()
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


@click.group(cls=Lazy, context_settings={"help_option_names": ["-h", "--help"]})
def hailong() -> None:
    """Hài lòng hears residents, keeps agencies to what they promised, ranks them honestly."""


def main() -> None:
    """Run a command; a mistake of the user is one line on stderr and a status that is not 0."""
    try:
        status = hailong.main(prog_name="hailong", standalone_mode=False)
    except click.Abort:
        sys.exit(130)
    except click.UsageError as error:
        usage = f" (see {error.ctx.command_path} --help)" if error.ctx else ""
        _fail(error.format_message() + usage, error.exit_code)
    except click.ClickException as error:
        _fail(error.format_message(), error.exit_code)
    except mistakes.Mistake as error:
        _fail(str(error), 1)
    except OSError as error:  # a folder not ours, a full disk: nothing a traceback would explain
        _fail(f"{error.strerror or type(error).__name__}: {error.filename or 'unnamed'}", 1)
    else:
        sys.exit(status if isinstance(status, int) else 0)


def _fail(words: str, status: int) -> None:
    click.echo(f"hailong: {' '.join(words.split())}", err=True)
    sys.exit(status)


if __name__ == "__main__":
    main()
