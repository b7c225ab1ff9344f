// How a number is written in every instrument. words.py writes the same in Python, and a test compares the two.

const UPPER = { "-": "⁻", 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴", 5: "⁵", 6: "⁶", 7: "⁷", 8: "⁸", 9: "⁹" };
const LARGE = 99_999.5; // from here on a power of ten is easier to read

/** A power of ten: 10⁻³. */
export const power = (exponent) => `10${[...String(exponent)].map((digit) => UPPER[digit]).join("")}`;

/** What no digits can say, in words; undefined for a number that has some. */
function inWords(value) {
  if (Number.isNaN(value)) return "not a number";
  if (Math.abs(value) === Infinity) return value > 0 ? "infinity" : "−infinity";
}

/** So many significant digits, without idle zeros: −0.0312, 0.5, 1,234, 2.6×10⁻¹⁰, 10⁶. */
export function number(value, digits = 3) {
  if (!Number.isFinite(value)) return inWords(value);
  const [size, sign] = [Math.abs(value), value < 0 ? "−" : ""];
  const [mantissa, exponent] = size
    .toExponential(digits - 1)
    .split("e")
    .map(Number);
  if (size && (exponent < -3 || size >= LARGE))
    return `${sign}${mantissa === 1 ? "" : `${mantissa}×`}${power(exponent)}`;
  if (exponent >= digits - 1) return sign + size.toFixed(0).replace(/\B(?=(\d{3})+$)/g, ",");
  return sign + Number(size.toPrecision(digits));
}

/** So many decimals, for numbers that stand in a column or are dragged: −0.50, and never −0.00. */
export function fixed(value, decimals = 2) {
  if (!(Math.abs(value) < LARGE)) return number(value);
  const text = Math.abs(value).toFixed(decimals);
  return value < 0 && Number(text) ? `−${text}` : text;
}

/** A change: always with its sign, if it is one. */
export function signed(value, decimals = 2) {
  const text = fixed(value, decimals);
  return value > 0 && Number(text) !== 0 ? `+${text}` : text;
}
