"""What gunicorn loads: `gunicorn 'app.wsgi:application()'`."""

from flask import Flask

from app.settings import Settings
from app.web.application import create_application
from app.wiring import Services


def application() -> Flask:
    """The web application, configured from the environment."""
    services = Services(Settings.read())
    services.start_logs()
    return create_application(services)
