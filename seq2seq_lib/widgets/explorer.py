"""The base of the instruments that show a function of their controls."""

from dataclasses import replace

import traitlets

from seq2seq_lib.widgets.controls import described
from seq2seq_lib.widgets.instrument import Instrument, Refused, as_trait, in_words


class Explorer(Instrument):
    """A subclass hands its controls to __init__ and computes, in `frame(**settings)`, all that the picture needs.

    frame keeps nothing between two calls: the same settings give the same frame. Its values may be numbers, texts,
    lists, dicts and NumPy arrays. {"ends": {name: number}} in it says how far a slider goes now, and puts it there;
    {"limits": ...} only how far; {"texts": {name: text}} what was read instead of what was typed.

    Each control is a synced trait of its own: states.time reads it, states.time = 3 moves it here and in the browser,
    and observe, link and jslink see it move. Controls that are `local` never reach frame: the browser has all it needs
    to follow them. The others are answered with a new frame in `shown`, or refused: ValueError, and nothing changes.
    """

    controls = traitlets.List().tag(sync=True)  # of pairs: a saved notebook sorts the keys of a dict
    shown = traitlets.Dict().tag(sync=True)  # the frame that is seen, and the settings to which it is the answer

    def __init__(self, controls):
        self.declared, self.moves, self.highest = controls, tuple(controls), {}
        self.found = self.defaults(), self.checked_frame(self.defaults())
        traits = {name: Setting(control).tag(sync=True) for name, control in controls.items()}
        traitlets.HasTraits.add_traits(self, **traits)  # before Widget.__init__, which tells the browser of all traits
        super().__init__(controls=described(controls))
        self.show()
        self._register_validator(type(self).find, tuple(self.defaults()))
        self.observe(self.show, list(self.defaults()))

    def frame(self, **settings):
        """All that the picture shows for these settings."""
        raise NotImplementedError

    def defaults(self):
        return {name: control.value for name, control in self.declared.items() if not control.local}

    def settings(self):
        """The controls that frame depends on, as they stand."""
        return {name: getattr(self, name) for name in self.defaults()}

    def checked_frame(self, settings):
        if settings.keys() != self.defaults().keys():
            raise ValueError(f"expected settings for {', '.join(self.defaults())}, got {', '.join(settings)}")
        for name, value in settings.items():
            self.declared[name].check(value)
        return self.frame(**settings)

    def find(self, proposal):
        """A control is about to change: find its frame first. Where there is none, the change is refused."""
        name = proposal.trait.name
        settings = self.settings() | {name: proposal.value}
        if settings != self.found[0]:
            try:
                frame = self.checked_frame(settings)
            except BaseException as error:
                raise Refused(in_words(error)) from error
            self.found = settings | frame.get("texts", {}) | self.limited(settings, frame), frame
        return self.found[0][name]

    def limited(self, settings, frame):
        """The settings that go too far now, and where they end."""
        limits = frame.get("limits", {})
        return {name: limits[name] for name in limits if name in settings and settings[name] > limits[name]}

    def show(self, change=None):
        """Show the frame that was found, and bring the sliders that depend on it to where it puts them."""
        settings, frame = self.found
        ends, limits = frame.get("ends", {}), frame.get("limits", {})
        self.highest |= ends | limits
        self.shown = as_trait({"settings": settings, "frame": frame})
        for name, limit in limits.items():
            setattr(self, name, min(getattr(self, name), limit))
        for name, end in ends.items() if change else ():
            setattr(self, name, end)

    def refresh(self):
        """Find the frame anew: what the instrument shows, a model say, has changed behind its back."""
        with self.lock:
            self.found = self.settings(), self.checked_frame(self.settings())
            self.show()

    def answer(self, message):
        """What the browser has said before, and heard no answer to: the frame goes there once more."""
        self.set_state(message["state"])
        self.send_state("shown")

    def set_state(self, sync_data):
        taken = super().set_state(sync_data)
        if mended := [name for name in taken if sync_data[name] != getattr(self, name)]:
            self.show()
            self.send_state(mended)
        return taken


class Setting(traitlets.TraitType):
    """A control as a trait."""

    def __init__(self, control):
        super().__init__(control.value)
        self.control = control

    def validate(self, instance, value):
        control, highest = self.control, instance.highest.get(self.name)
        if highest is not None:  # linked to one that goes farther, it stays at its end
            control = replace(control, high=highest)
            value = min(value, highest) if isinstance(value, (int, float)) else value
        try:
            control.check(value)
        except ValueError as error:
            raise Refused(str(error)) from None
        return value
