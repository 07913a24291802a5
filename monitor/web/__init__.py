"""The archive in a browser: pages of our own, with Datasette as their host, in a process that can only read."""

from monitor.web.server import BindError, Site, serve

__all__ = ["BindError", "Site", "serve"]
