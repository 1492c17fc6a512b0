// tools/regions/patterns.mjs - a metadata pattern as an automaton over digits, so that a prefix can
// be asked what may still follow it. Knows what the patterns of libphonenumber use: digits, \d,
// classes, groups, alternatives, ?, {n} and {n,m}.

const ALL = [..."0123456789"].map(Number);

/// The pattern as a tree of {any: [tree]}, {all: [tree]}, {times: [min, max], of: tree}, {digits}.
function parse(pattern) {
  let at = 0;
  const fail = () => {
    throw new Error(`cannot read '${pattern}' at ${at}`);
  };
  const alternatives = () => {
    const any = [sequence()];
    while (pattern[at] === "|") {
      ++at;
      any.push(sequence());
    }
    return { any };
  };
  const sequence = () => {
    const all = [];
    while (at < pattern.length && pattern[at] !== "|" && pattern[at] !== ")")
      all.push(repeated(atom()));
    return { all };
  };
  const repeated = (of) => {
    if (pattern[at] === "?") {
      ++at;
      return { times: [0, 1], of };
    }
    const braces = /^\{(\d+)(?:,(\d+))?\}/.exec(pattern.slice(at));
    if (!braces) return of;
    at += braces[0].length;
    return { times: [Number(braces[1]), Number(braces[2] ?? braces[1])], of };
  };
  const atom = () => {
    if (pattern[at] === "(") {
      at += pattern.startsWith("(?:", at) ? 3 : 1;
      const inner = alternatives();
      if (pattern[at++] !== ")") fail();
      return inner;
    }
    if (pattern.startsWith("\\d", at)) {
      at += 2;
      return { digits: ALL };
    }
    if (pattern[at] === "[") {
      const text = pattern.slice(at + 1, pattern.indexOf("]", at));
      if (!/^(\d(-\d)?)+$/.test(text)) fail();
      at += text.length + 2;
      const listed = new RegExp(`[${text}]`);
      return { digits: ALL.filter((digit) => listed.test(digit)) };
    }
    if (!/\d/.test(pattern[at])) fail();
    return { digits: [Number(pattern[at++])] };
  };
  const tree = alternatives();
  if (at !== pattern.length) fail();
  return tree;
}

/// States are numbers; 0 is the one from which nothing is accepted.
export class Automaton {
  #edges = []; // of the nondeterministic one: {free: [to]} or {digits, to}; none: the end
  #sets = [[]];
  #ids = new Map([["", 0]]);
  #steps = new Map();

  constructor(pattern) {
    this.start = this.#id([this.#build(parse(pattern), this.#node(null))]);
  }

  #node(edge) {
    return this.#edges.push(edge) - 1;
  }

  /// The node from which `tree` leads to `next`.
  #build(tree, next) {
    if (tree.digits) return this.#node({ digits: tree.digits, to: next });
    if (tree.any) return this.#node({ free: tree.any.map((one) => this.#build(one, next)) });
    if (tree.all) return tree.all.reduceRight((to, one) => this.#build(one, to), next);
    const [min, max] = tree.times;
    let first = next;
    for (let i = max; i > 0; --i) {
      const taken = this.#build(tree.of, first);
      first = i > min ? this.#node({ free: [taken, next] }) : taken;
    }
    return first;
  }

  #id(nodes) {
    const closed = new Set();
    const close = (node) => {
      if (this.#edges[node]?.free) this.#edges[node].free.forEach(close);
      else closed.add(node);
    };
    nodes.forEach(close);
    const set = [...closed].sort((a, b) => a - b);
    const key = set.join();
    if (!this.#ids.has(key)) this.#ids.set(key, this.#sets.push(set) - 1);
    return this.#ids.get(key);
  }

  step(state, digit) {
    const key = state * 10 + digit;
    if (!this.#steps.has(key)) {
      const edges = this.#sets[state].map((node) => this.#edges[node]);
      this.#steps.set(
        key,
        this.#id(edges.filter((e) => e?.digits.includes(digit)).map((e) => e.to)),
      );
    }
    return this.#steps.get(key);
  }

  accepts(state) {
    return this.#sets[state].some((node) => this.#edges[node] === null);
  }
}

/// The state of a match at the beginning only: once matched, it stays so.
export const MATCHED = -1;
export function prefixStep(automaton, state, digit) {
  if (state === MATCHED) return MATCHED;
  const next = automaton.step(state, digit);
  return automaton.accepts(next) ? MATCHED : next;
}
