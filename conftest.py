"""The run of the notebooks compares their pictures too: nbval passes over them."""


def pytest_configure(config):
    if getattr(config.option, "nbval", False):  # the other tests run without it: it takes seconds to load
        from tests import stored_pictures

        config.pluginmanager.register(stored_pictures)
