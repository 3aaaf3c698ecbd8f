"""What a CommonJS file requires and exports, and what in it has no counterpart in an ES module.

https://nodejs.org/api/modules.html and https://nodejs.org/api/esm.html
"""

from app.generation.patterns.commonjs_to_esm.exports import read_exports
from app.generation.patterns.commonjs_to_esm.model import CommonJsFile
from app.generation.patterns.commonjs_to_esm.requires import read_requires
from app.generation.patterns.javascript.names import Names
from app.generation.patterns.source import Source


def read_commonjs(source: Source) -> CommonJsFile:
    """What the file requires and exports; its `problems` are everything that stands in the way."""
    file = CommonJsFile(source, Names(source.root))
    read_requires(file)
    read_exports(file)
    return file
