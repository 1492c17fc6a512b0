// tools/regions/plans.mjs - what the metadata says of prefixes: whose country they are, and how long
// the national destination code is. A prefix's answer is a leaf, or ten answers for its digits; null
// where no number of the metadata begins so.
import { Automaton, MATCHED, prefixStep } from "./patterns.mjs";

const DIGITS = [...Array(10).keys()];
const [FIXED, MOBILE] = [0, 1];
// Their areas are dialled with no trunk prefix in front. The others without one have no area codes.
const AREAS_WITHOUT_TRUNK = ["CL", "ES", "GR", "IT", "MX", "PL", "PT"];
const GROUP_MAX = 4; // a longer first group of a mobile number is for the eye, and no code

export function country(array) {
  const [calling, , pattern, lengths, formats, trunk, , , , , leading, types] = array;
  return { calling, pattern, lengths, formats, trunk, leading, types: types ?? [] };
}

const typePatterns = (plan, wanted) =>
  plan.types
    .filter((type, kind) => type && wanted(kind))
    .map((type) => type[0])
    .join("|") || null;

const automaton = (pattern) =>
  pattern ? new Automaton(pattern) : { start: 0, step: () => 0, accepts: () => false };

/// One answer for ten: null asks nothing, and what all others say holds for it as well.
function merge(children, same, join) {
  const given = children.filter((child) => child !== null);
  if (given.length === 0) return null;
  const uniform = given.every((child) => !Array.isArray(child) && same(child, given[0]));
  return uniform ? given.reduce(join) : children;
}

/// Whose a number of this calling code is, as libphonenumber decides it: the first in the list whose
/// leading digits match or, where it has none, of whose number types it is one. `shared`: it is of
/// another one's number types as well, as Western Sahara's are of Morocco's.
export function countryTree(codes, plans) {
  const rules = codes.map((code) => ({
    code,
    lead: plans[code].leading && automaton(plans[code].leading),
    all: [plans[code].pattern, typePatterns(plans[code], () => true)].map(automaton),
  }));
  const start = rules.map((r) => [r.lead ? r.lead.start : MATCHED, ...r.all.map((a) => a.start)]);
  const step = (states, digit) =>
    rules.map((r, i) => [
      states[i][0] === MATCHED ? MATCHED : prefixStep(r.lead, states[i][0], digit),
      ...r.all.map((a, k) => a.step(states[i][k + 1], digit)),
    ]);
  const numbers = (i, states) => states[i].slice(1).every((state) => state !== 0);
  const number = (r, i, states) => r.all.every((a, k) => a.accepts(states[i][k + 1]));
  const mayWin = (r, i, states) => (r.lead ? states[i][0] !== 0 : numbers(i, states));
  const wins = (r, i, states) => (r.lead ? states[i][0] === MATCHED : number(r, i, states));

  /// The answer for a number that ends here.
  const answer = (states) => {
    const whose = rules.filter((r, i) => number(r, i, states));
    const first = rules.find((r, i) => wins(r, i, states));
    return whose.length && first ? { code: first.code, shared: whose.length > 1 } : null;
  };
  const known = new Map();
  // The parts of a calling code stay apart, so that none speaks for what was never given out
  // or is shared: the first digits, in North America the area codes.
  const apart = plans[codes[0]].calling === "1" ? 3 : 1;
  const same = (a, b) => a.code === b.code;
  const join = (a, b) => ({ code: a.code, shared: a.shared || b.shared });
  /// What longer numbers say, and those that end here; where they differ the longer ones are more.
  const together = (longer, here) =>
    longer && here && !Array.isArray(longer) && same(longer, here)
      ? join(longer, here)
      : (longer ?? here);
  const walk = (states, depth) => {
    const winners = rules.filter((r, i) => mayWin(r, i, states));
    const others = rules.filter((r, i) => !winners.includes(r) && numbers(i, states));
    if (winners.length + others.length === 0) return null;
    if (depth >= apart && winners.length === 1 && others.length === 0)
      return { code: winners[0].code, shared: false };
    const key = [depth, ...states].join();
    if (!known.has(key)) {
      const below = DIGITS.map((d) => (depth < 15 ? walk(step(states, d), depth + 1) : null));
      known.set(key, depth < apart ? below : together(merge(below, same, join), answer(states)));
    }
    return known.get(key);
  };
  return walk(start, 0);
}

/// The length of the first group, as libphonenumber formats such a number for callers from abroad.
function firstGroup(calling, formats, number) {
  for (const [pattern, national, leading, , , international] of formats) {
    if (international === "N/A") continue;
    const digits = leading?.at(-1);
    if (digits && !new RegExp(`^(?:${digits})`).test(number)) continue;
    const groups = new RegExp(`^(?:${pattern})$`).exec(number);
    if (!groups) continue;
    const [first, second] = [...(international || national).matchAll(/\$(\d)/g)].map((m) =>
      Number(m[1]),
    );
    if (!second) return 0; // the whole is one group
    // Argentina's mobiles have a 9 before the area code.
    return calling === "54" && groups[first] === "9"
      ? 1 + groups[second].length
      : groups[first].length;
  }
  return 0;
}

/// The length of the national destination code: area code, or a mobile network's prefix.
export function areaTree(codes, plans) {
  const main = plans[codes[0]];
  if (!main.formats || (!main.trunk && !AREAS_WITHOUT_TRUNK.includes(codes[0]))) return 0;
  const every = (wanted) =>
    codes
      .map((code) => typePatterns(plans[code], wanted))
      .filter((patterns) => patterns)
      .join("|");
  // Fixed, mobile, and services; what the first two say of a prefix goes before the third.
  const kinds = [
    automaton(every((kind) => kind === FIXED)),
    automaton(every((kind) => kind === MOBILE)),
    automaton(every((kind) => kind !== FIXED && kind !== MOBILE)),
  ];
  const leads = main.formats.map((format) => automaton(format[2]?.at(-1) ?? "\\d"));

  const lengths = (kind, state, depth, found = new Set()) => {
    if (state === 0) return found;
    if (kinds[kind].accepts(state)) found.add(depth);
    const next = new Set(DIGITS.map((digit) => kinds[kind].step(state, digit)));
    next.forEach((to) => lengths(kind, to, depth + 1, found));
    return found;
  };
  /// What the longest say: they are most of the numbers.
  const group = (prefix, states) => {
    const found = states.map((state, kind) => [...lengths(kind, state, prefix.length)]);
    const people = [...found[FIXED], ...found[MOBILE]];
    const longest = Math.max(...(people.length ? people : found.at(-1)));
    return firstGroup(main.calling, main.formats, prefix.padEnd(longest, "0"));
  };
  const known = new Map();
  const walk = (prefix, leading, states) => {
    if (states.every((state) => state === 0)) return null;
    const key = [prefix.length, ...states, ...leading].join();
    if (known.has(key)) return known.get(key);
    const child = (digit) =>
      walk(
        prefix + digit,
        leads.map((lead, i) => prefixStep(lead, leading[i], digit)),
        kinds.map((kind, i) => kind.step(states[i], digit)),
      );
    const equal = (a, b) => a === b;
    const below = () => merge(DIGITS.map(child), equal, (a) => a);
    const decided = prefix && leading.every((state) => state === MATCHED || state === 0);
    let answer = decided ? group(prefix, states) : below();
    if (decided && answer > GROUP_MAX && states[MOBILE] !== 0)
      answer = states.every((state, kind) => kind === MOBILE || state === 0) ? 0 : below();
    known.set(key, answer);
    return answer;
  };
  return walk(
    "",
    leads.map((lead) => lead.start),
    kinds.map((kind) => kind.start),
  );
}
