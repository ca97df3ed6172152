"""The dashboard: a folder of static pages over the published file that works from disk, without network, server or script."""

from pipelines.dashboard.site import Site, write_dashboard

__all__ = ["Site", "write_dashboard"]
