"""Hypothesis draws the same examples in every run, and no clock stops them. Which tests stay on one worker."""

import re
import sys

from hypothesis import HealthCheck, settings
from xdist.scheduler import LoadScopeScheduling

# nbformat loads jsonschema, and that, where this is there, forty grammars of addresses: two seconds in each process,
# and no notebook has such an address to be checked.
sys.modules.setdefault("rfc3987_syntax", None)

settings.register_profile(
    "repeatable", derandomize=True, deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("repeatable")


# What `make test` does in JupyterLab: one server, and pages of it that are used again. Alone it is less than the rest.
IN_JUPYTER = (
    "test_start_here|test_cards_in_jupyter|test_it_appears|test_they_can_be_read"
    "|test_a_(cell|training|long_way|dead)_|test_control_s_"
    r"|01_compute_one_step.ipynb-notebook|02_unroll_a_sequence.ipynb"
)


class Together(LoadScopeScheduling):
    """What takes long to make is made by one worker: these tests stay together, any other goes where there is time.

    --dist loadgroup would do that by marks; pytest 9.2 does not let xdist 3.8 write them into a test's name.
    """

    def _split_scope(self, nodeid):
        name, _, chosen = nodeid.partition("[")
        if re.search(IN_JUPYTER, nodeid):
            return "notebook" if chosen.startswith("notebook") else "lab"
        if "test_slides" in name:
            return name.split("::")[0]
        instrument = re.search("[A-Z][A-Za-z]+", chosen)
        return instrument[0] if instrument else nodeid


def pytest_xdist_make_scheduler(config, log):
    return Together(config, log) if config.getoption("dist") == "loadgroup" else None
