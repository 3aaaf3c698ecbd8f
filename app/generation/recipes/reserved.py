"""Words that cannot name anything in generated code.

https://tc39.es/ecma262/#sec-keywords-and-reserved-words (also in strict mode), and those of CommonJS.
"""

import keyword

_JAVASCRIPT = (
    "arguments await break case catch class const continue debugger default delete do else enum eval export"
    " extends false finally for function if implements import in instanceof interface let new null package"
    " private protected public return static super switch this throw true try typeof undefined var void while"
    " with yield globalThis define exports module require"
)

RESERVED = frozenset(_JAVASCRIPT.split()) | frozenset(keyword.kwlist)
