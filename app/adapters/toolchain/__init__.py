"""The interpreters and installers that repository code is run with, where the sandbox's user can read them."""

from app.adapters.toolchain.publish import is_open_to_all
from app.adapters.toolchain.toolchain import Mount, Toolchain, ToolchainMissing, prepare

__all__ = ["Mount", "Toolchain", "ToolchainMissing", "is_open_to_all", "prepare"]
