"""Commands that are imported when they are needed: `triptych --help` lists them all and imports none."""

from collections.abc import Callable
from importlib import import_module
from typing import Any, NamedTuple

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_group


class Place(NamedTuple):
    """Where a command is (`module:name` of a function or of a typer.Typer), and the help that it gives itself there."""

    where: str
    help: str


class Group(TyperGroup):
    """A group whose own `--help`, where nobody asks for it, is False: typer loads pydantic to look at a None."""

    def get_help_option(self, ctx: Any) -> Any:
        option = super().get_help_option(ctx)
        if option is not None:
            option.default = False
        return option


class Later(TyperCommand):
    """Stands for a command in a list; whatever else is asked of it, its help too, the command itself answers."""

    def __init__(self, name: str, place: Place) -> None:
        super().__init__(name, help=place.help)
        self.where = place.where

    def make_context(self, info_name: str | None, args: list[str], parent: Any = None, **extra: Any) -> Any:
        return self.itself().make_context(info_name, args, parent, **extra)

    def itself(self) -> Any:
        """The command, imported."""
        module, _, name = self.where.partition(":")
        found: typer.Typer | Callable[..., None] = getattr(import_module(module), name)
        home = typer.Typer()
        if isinstance(found, typer.Typer):
            home.add_typer(found, name=self.name, cls=Group)
        else:
            home.command(self.name)(found)
        return get_group(home).commands[str(self.name)]
