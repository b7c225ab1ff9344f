"""The run of the notebooks compares their pictures too: nbval passes over them."""


def pytest_configure(config):
    if config.option.nbval:
        from tests import stored_pictures

        config.pluginmanager.register(stored_pictures)
