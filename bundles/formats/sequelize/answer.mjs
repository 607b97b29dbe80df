// SPDX-License-Identifier: MIT

// An id that the database chose is a plain value, in a result or in a model's instance. A stand-in
// goes in its place; where one comes back in a statement, the id does, and the script depends on it.
class StandIns {
  static FIRST = 8_000_000_000_000_000;
  static APART = 1_000_000; // so that an id is known also by what a little arithmetic makes of it

  constructor() {
    this.chosen = []; // { entry, value }
    this.names = new Map(); // ids that are texts need no stand-in
  }

  for(value, entry) {
    if (typeof value === "string" && /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i.test(value))
      this.names.set(value, entry);
    if (!/^[1-9]\d{0,14}$/.test(value) || (typeof value !== "string" && typeof value !== "number"))
      return value;
    const number = StandIns.FIRST + this.chosen.push({ entry, value: Number(value) }) * StandIns.APART;

    return typeof value === "string" ? String(number) : number;
  }

  restore(text) {
    if (typeof text !== "string")
      return text;
    for (const [name, entry] of this.names)
      if (text.includes(name))
        entry.use = "used";
    return text.replace(/(?<!\d)8\d{15}(?!\d)/g, (digits) => {
      const distance = Number(digits) - StandIns.FIRST;
      const number = Math.round(distance / StandIns.APART);
      const found = this.chosen[number - 1];

      if (!found)
        return digits;
      found.entry.use = "used";
      return String(found.value + distance - number * StandIns.APART);
    });
  }

  restoreOne(value) {
    return typeof value === "number" ? Number(this.restore(String(value))) : this.restore(value);
  }

  restoreAll(values) {
    if (Array.isArray(values))
      return values.map((value) => this.restoreOne(value));
    if (values === null || typeof values !== "object")
      return values;
    return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, this.restoreOne(value)]));
  }

  // In the instance of a model, those values that it did not have `before`.
  putInto(instance, before, entry) {
    for (const [name, value] of Object.entries(instance?.dataValues ?? {}))
      if (before?.[name] === undefined || before[name] === null)
        instance.dataValues[name] = this.for(value, entry);
  }
}

const standIns = new StandIns();

// False of a row's value that the project gave itself, as far as the statement tells.
function isChosen(value, { isInsertion, sql }) {
  if (!isInsertion || !/^[\w-]+$/.test(value))
    return false;
  return /\b(?:DEFAULT|NULL)\b/.test(sql) || !new RegExp(`(?<!\\w)${value}(?!\\w)`).test(sql);
}

// Whether anybody looks at what came back decides whether what follows can depend on it.
function watchResult(result, entry) {
  if (result === null || typeof result !== "object") {
    entry.use = "value";
    return entry.isInsertion ? standIns.for(result, entry) : result;
  }
  const look = (work) => (target, ...rest) => {
    const value = work(target, ...rest);
    const own = rest[0] !== "then" && callSites().map(fileOf).find((name) => name !== OWN_FILE && !name.startsWith("node:"));

    if (own === undefined || own === false) // await asks for `then`
      return value;
    if (own && !own.includes("/node_modules/")) {
      entry.use = "used";
      return value;
    }
    if (entry.use !== "used")
      entry.use = "inside";
    return watchPart(target, rest[0], value, entry);
  };

  return new Proxy(result, {
    get: look((target, name) => Reflect.get(target, name)),
    has: look(Reflect.has),
    ownKeys: look(Reflect.ownKeys),
    getOwnPropertyDescriptor: look(Reflect.getOwnPropertyDescriptor),
  });
}

// A package hands parts of a result on: bulkInsert() its rows.
function watchPart(target, name, value, entry) {
  const fixed = name === undefined ? undefined : Reflect.getOwnPropertyDescriptor(target, name);

  if (!fixed?.configurable || value !== fixed.value || value === null)
    return value;
  if (typeof value !== "object")
    return isChosen(value, entry) ? standIns.for(value, entry) : value;
  return watchResult(value, entry);
}
