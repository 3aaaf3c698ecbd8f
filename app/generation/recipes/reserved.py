"""Words that cannot name anything in generated code.

https://tc39.es/ecma262/#sec-keywords-and-reserved-words (also in strict mode), and names every program relies on.
"""

import keyword

_JAVASCRIPT = (
    "arguments as async await break case catch class const continue debugger default delete do else enum eval export"
    " extends false finally for from function get if implements import in instanceof interface let new null of package"
    " private protected public return set static super switch this throw true try type typeof undefined var void while"
    " with yield"
)

RESERVED = frozenset(_JAVASCRIPT.split()) | frozenset(keyword.kwlist)
