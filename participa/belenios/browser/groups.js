// Arithmetic of the group BELENIOS-2048 (groups.py). BigInt is not constant-time: the timing could
// be measured only on the voter's or trustee's own device, which knows the secrets anyway.

import { Malformed, decimal, hex, sha256, utf8 } from "./canonical.js";

export const GROUP = "BELENIOS-2048";
export const P = BigInt(
  "0xa3ef2d011fefb1b6e39e568fccdffb0fb7dc7ef3a791b6862791811d21fc35f21e6d36856b428030" +
  "421f514ed40bfd4c06e092a495af8d79a2f85e0fb11c0ede07dd973f9c53e50930c6e82ac36de1ae" +
  "3fb8c3aabfff12ce27a5022ddd8912d107435012768a2cdd0a4091d8fa447f6c7ebc15a349fa318a" +
  "6b4fe17d8d47e843a3e14dfa9b2162f4d7229abe93a188b46b006517d6f6747ebbb29c9ec3099b60" +
  "7f18fb1a8bc858279aa8599411d998d3e3fada9e010840d082d8c31911acdd4a0e7992d0f18cc759" +
  "cb5de0acf66a3882555bc810941e021b6a4ccfa04ee4008f878affa2375e2999b44f6cef17d70730" +
  "1e59e0e6351e051ed9cec4157646e64f",
);
export const Q = 78571733251071885079927659812671450121821421258408794611510081919805623223441n;
const G = BigInt(
  "0x1307c1ab5f295885d7caa3a78a42415e31fd1c5807b61fb1e781878a52230a51988b98c259597f9c" +
  "5a9dfd001d26ba31d9d8976f01d95a1c8262ee68a0e92cea541e5219e0d0d094301b894236823fe1" +
  "d4bc04e29f3748aefd4f10d5b1a356a8643e673fd9d215fc8fe5fb9cf9fdb8ea88fdb1a3381a697f" +
  "df9c2458570b06d26aef1be365fdd90165f397c6b870df8c1b9e519edcee8bb0f74b7a1615a274ba" +
  "60a7ea574a61f552d2dde0ce514e0927c4ff49b1964c4a913731ae4268d60d7f22127b6cbba44d45" +
  "3ac8b72fd04e0991b7aeff04867d8724ac638f5f34100d2d47aa680d43771902743d663f42d853c0" +
  "41e1c91fe3823f4bcf284308f1d7e653",
);
const Q_BITS = 256;
const SPARE_BITS = 128; // random bits beyond the length of q, which makes the bias of "mod q" negligible
const WINDOW_BITS = 6; // exponent bits per table row of a fixed base
const DIGIT_BITS = 4; // widest exponent digit when one base is raised to several powers

export const modulo = (value, bound) => { const rest = value % bound; return rest < 0n ? rest + bound : rest; };
export const times = (left, right) => (left * right) % P;
export const sum = (numbers) => numbers.reduce((total, one) => total + one, 0n);

// One base to several exponents in [0, q]; the squarings are shared between them.
export function powers(base, exponents) {
  const squares = [base];
  for (let n = 1; n < Q_BITS; n += 1) squares.push(times(squares[n - 1], squares[n - 1]));
  return exponents.map((exponent) => powerFromSquares(squares, exponent));
}

export const power = (base, exponent) => powers(base, [exponent])[0];

// Yao's method with sliding windows; squares[i] is base^(2^i). The exponent is a sum of odd digits
// (2k + 1) * 2^i. Bucket k is the product of squares[i] over the digits with that k; the power is
// the product of bucket_k^(2k + 1) = (bucket_k^k)^2 * bucket_k.
function powerFromSquares(squares, exponent) {
  const buckets = new Array(1 << (DIGIT_BITS - 1)).fill(1n), bits = exponent.toString(2);
  let last = bits.lastIndexOf("1");
  while (last >= 0) {
    const k = parseInt(bits.slice(Math.max(last - DIGIT_BITS + 1, 0), last + 1), 2) >> 1;
    buckets[k] = times(buckets[k], squares[bits.length - 1 - last]);
    last = last < DIGIT_BITS ? -1 : bits.lastIndexOf("1", last - DIGIT_BITS);
  }
  let running = 1n, half = 1n;
  for (const product of buckets.slice(1).reverse()) {
    running = times(running, product);
    half = times(half, running);
  }
  return times(times(times(half, half), running), buckets[0]);
}

// Precomputed table of an element: a power is a product of at most 43 entries, without squarings.
class FixedBase {
  constructor(element) {
    this.rows = [];
    let step = element;
    for (let bit = 0; bit < Q_BITS; bit += WINDOW_BITS) {
      const row = [1n];
      while (row.length < 1 << WINDOW_BITS) row.push(times(row[row.length - 1], step));
      this.rows.push(row);
      step = times(row[row.length - 1], step);
    }
  }

  power(exponent) {
    const bits = modulo(exponent, Q).toString(2);
    let result = 1n;
    for (let end = bits.length, row = 0; end > 0; end -= WINDOW_BITS, row += 1) {
      const digit = parseInt(bits.slice(Math.max(end - WINDOW_BITS, 0), end), 2);
      if (digit) result = times(result, this.rows[row][digit]);
    }
    return result;
  }
}

const tables = new Map();

// The table of an element, computed once.
export function fixedBase(element) {
  if (!tables.has(element)) tables.set(element, new FixedBase(element));
  return tables.get(element);
}

export const generator = () => fixedBase(G);

export const isMember = (element) => element > 0n && element < P && power(element, Q) === 1n;

// A uniform scalar from the operating system's randomness; throws where there is none.
export function random() {
  const drawn = crypto.getRandomValues(new Uint8Array((Q_BITS + SPARE_BITS) / 8));
  return BigInt(`0x${hex(drawn)}`) % Q;
}

// SHA-256 of the text modulo q: the format's random oracle.
export const hash = async (text) => BigInt(`0x${hex(await sha256(utf8(text)))}`) % Q;

// Parse an integer in [0, q).
export const scalar = (value, what) => decimal(value, what, Q);

// Parse an integer in (0, p); membership of the group is for the caller to check.
export function element(value, what) {
  const parsed = decimal(value, what, P);
  if (parsed === 0n) throw new Malformed(`${what} es cero.`);
  return parsed;
}

// Parse a public key: a member other than 1, whose secret key is 0.
export function member(value, what) {
  const parsed = element(value, what);
  if (parsed === 1n) throw new Malformed(`${what} es 1, que no guarda ningún secreto.`);
  if (!isMember(parsed)) throw new Malformed(`${what} no pertenece al grupo.`);
  return parsed;
}
