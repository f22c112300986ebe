"""The web pages over cards, tables and published shards. Needs the `portal` extra."""

from catalog.portal.app import create_app, serve
from catalog.portal.freeze import freeze

__all__ = ["create_app", "freeze", "serve"]
