"""The REST API, one module per resource; `BLUEPRINTS` is its table of contents. https://docs.github.com/en/rest"""
