"""Issue bodies that people could have written."""

POSTAGE = """\
Prices for the checkout page, as agreed with the logistics team.

```yaml
template: typescript-module
parameters:
  module: {module}
  description: Postage of the web shop.
  functions:
    - name: postageZone
      description: The zone a country belongs to.
      inputs:
        - name: country
      output: zone
      rule: exact
      otherwise: world
      examples:
        - {{ country: DE, zone: home }}
        - {{ country: FR, zone: europe }}
```
"""


def module_request(module: str) -> str:
    """A complete request for a TypeScript module of that name."""
    return POSTAGE.format(module=module)
