"""What every command begins with."""

from app.adapters.logs import Level
from app.settings import Settings
from app.wiring import Services


def services_of_this_process(*, level: Level = "INFO") -> Services:
    """The services, as the environment says, with the state folder there and the logs begun.

    Raises:
        SettingsError: the environment does not say what ACS needs to know.
    """
    services = Services(Settings.read())
    services.settings.state_dir.mkdir(parents=True, exist_ok=True)
    services.start_logs(level=level)
    return services
