// tools/regions/states.mjs - the letters of a state or province in a name of the geocoding data.
const NAMES = `
AL Alabama|AK Alaska|AZ Arizona|AR Arkansas|CA California|CO Colorado|CT Connecticut|DE Delaware|
DC Washington D.C.|FL Florida|GA Georgia|HI Hawaii|ID Idaho|IL Illinois|IN Indiana|IA Iowa|KS Kansas|
KY Kentucky|LA Louisiana|ME Maine|MD Maryland|MA Massachusetts|MI Michigan|MN Minnesota|
MS Mississippi|MO Missouri|MT Montana|NE Nebraska|NV Nevada|NH New Hampshire|NJ New Jersey|
NM New Mexico|NY New York|NC North Carolina|ND North Dakota|OH Ohio|OK Oklahoma|OR Oregon|
PA Pennsylvania|RI Rhode Island|SC South Carolina|SD South Dakota|TN Tennessee|TX Texas|UT Utah|
VT Vermont|VA Virginia|WA Washington State|WV West Virginia|WI Wisconsin|WY Wyoming|
AB Alberta|BC British Columbia|BC British Colombia|MB Manitoba|NB New Brunswick|
NL Newfoundland and Labrador|NS Nova Scotia|NT Northwest Territories|NU Nunavut|ON Ontario|
PE Prince Edward Island|QC Quebec|SK Saskatchewan|YT Yukon`;

const letters = new Map(
  NAMES.replaceAll("\n", "")
    .split("|")
    .map((row) => [row.slice(3), row.slice(0, 2)]),
);
const known = new Set(letters.values());

/// "TX" of "Texas" and of "Houston, TX"; undefined of what is neither or names several.
export function state(name) {
  if (letters.has(name)) return letters.get(name);
  const last = /, ([A-Z]{2})$/.exec(name)?.[1];
  return known.has(last) ? last : undefined;
}
