"""Installs what a lock file names, in the sandbox, once: `NpmPipDependencies` implements the `Dependencies` port."""

from app.adapters.dependencies.installs import NpmPipDependencies

__all__ = ["NpmPipDependencies"]
