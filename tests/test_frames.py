"""The frames that the site has ready: as many as fit, some of every control, the ends of a slider before the rest."""

import sys
from pathlib import Path

import pytest
from instruments import MAKE

sys.path.append(str(Path(__file__).resolve().parents[1] / "docs" / "site"))
import frames


def test_the_ends_come_first_then_the_middle_then_the_quarters():
    assert frames.coarse_first(list(range(9))) == [8, 0, 4, 2, 6, 1, 3, 5, 7]
    assert frames.coarse_first(["rnn", "gru"]) == ["rnn", "gru"]
    assert frames.coarse_first([3]) == [3]


@pytest.mark.parametrize("name", ["BeamTree", "GradientFlow", "Unroll"])  # too many for a whole grid
def test_where_there_is_no_room_for_all_each_control_has_some(name, monkeypatch):
    monkeypatch.setattr(frames, "MOST_BYTES", 120_000)
    instrument = MAKE[name]()
    opening, *rest = [settings for settings, _ in frames.table(instrument)]
    assert opening == instrument.settings()
    for control in opening:
        values = frames.values_of(instrument.declared[control], instrument)
        seen = {str(settings[control]) for settings in (opening, *rest)}
        if len(values) > 1:
            assert len(seen) > 1, control
        if isinstance(values[0], float):
            assert {str(values[0]), str(values[-1])} <= seen, control
    assert len(rest) < sum(len(frames.values_of(instrument.declared[control], instrument)) for control in opening)
