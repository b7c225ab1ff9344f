"""The base of the instruments that show a function of their controls."""

import traitlets

from seq2seq_lib.widgets.controls import described
from seq2seq_lib.widgets.instrument import Instrument, as_trait


class Explorer(Instrument):
    """A subclass hands its controls to __init__ and computes, in `frame(**settings)`, all that the picture needs.

    frame keeps nothing between two calls: the same settings give the same frame. Its values may be numbers, texts,
    lists, dicts and NumPy arrays. Controls that are `local` never reach it: the browser moves them by itself, through
    arrays it already has. For the others it asks for a new frame, never more than one at a time, the newest settings
    first.
    """

    controls = traitlets.List().tag(sync=True)  # of pairs: a saved notebook sorts the keys of a dict
    first = traitlets.Dict().tag(sync=True)

    def __init__(self, controls):
        self.declared = controls
        super().__init__(controls=described(controls))
        self.first = as_trait(self.checked_frame(self.defaults()))

    def frame(self, **settings):
        """All that the picture shows for these settings."""
        raise NotImplementedError

    def defaults(self):
        return {name: control.value for name, control in self.declared.items() if not control.local}

    def checked_frame(self, settings):
        if settings.keys() != self.defaults().keys():
            raise ValueError(f"expected settings for {', '.join(self.defaults())}, got {', '.join(settings)}")
        for name, value in settings.items():
            self.declared[name].check(value)
        return self.frame(**settings)

    def answer(self, message):
        self.send_frame(self.checked_frame(message["settings"]), ticket=message["ticket"])
