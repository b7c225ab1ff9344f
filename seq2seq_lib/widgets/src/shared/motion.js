// What jumps is led there: the eye can follow, for a fifth of a second. Who asked for less motion sees none.

const TIME = 200; // ms

const eased = (share) => share * share * (3 - 2 * share);
const between = (a, b, share) => a + (b - a) * share;

/**
 * `state.settings` and `state.data` on their way. start(true) leads from what is seen to what they are now, start(false)
 * is there at once. now() is what is to be drawn.
 */
export function gliding(state, redraw) {
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  const here = () => ({ at: numbersIn(state.settings), data: state.data, share: 1 });
  let [origin, last, began, asked] = [here(), here(), 0, 0];

  function step(time) {
    asked = 0;
    const share = eased(Math.min(1, (time - began) / TIME));
    last = share < 1 ? mixed(origin, here(), share) : here();
    redraw();
    if (share < 1) asked = requestAnimationFrame(step);
  }

  return {
    now: () => last,
    start(slowly) {
      cancelAnimationFrame(asked);
      origin = last;
      began = performance.now();
      if (slowly && !calm.matches) return step(began);
      last = here();
      redraw();
    },
    stop: () => cancelAnimationFrame(asked),
  };
}

const numbersIn = (settings) =>
  Object.fromEntries(Object.entries(settings).filter(([, value]) => typeof value === "number"));

function mixed(from, to, share) {
  const at = Object.fromEntries(
    Object.entries(to.at).map(([name, value]) => [name, between(from.at[name] ?? value, value, share)]),
  );
  return { at, share, data: from.data === to.data ? to.data : mixedData(from.data, to.data, share) };
}

/** Arrays of the same shape go over into each other; all else is new at once. */
function mixedData(from, to, share) {
  if (to === null || typeof to !== "object" || typeof from !== "object" || from === null) return to;
  if (to.values instanceof Float32Array) {
    if (`${to.shape}` !== `${from.shape}`) return to;
    return { shape: to.shape, values: to.values.map((value, i) => between(from.values[i], value, share)) };
  }
  if (Array.isArray(to)) return to.map((item, i) => mixedData(from[i], item, share));
  return Object.fromEntries(Object.entries(to).map(([name, item]) => [name, mixedData(from[name], item, share)]));
}
