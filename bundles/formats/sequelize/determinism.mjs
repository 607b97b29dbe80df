// SPDX-License-Identifier: MIT

// Equal input makes equal SQL: while a migration runs, the clock stands at the moment that its
// name gives, and chance follows from its name.

function freezeClock() {
  const now = () => (current ? current.moment : RealDate.now());

  globalThis.Date = new Proxy(RealDate, {
    apply: () => new RealDate(now()).toString(),
    construct: (target, rest, newTarget) =>
      Reflect.construct(target, rest.length === 0 ? [now()] : rest, newTarget === globalThis.Date ? target : newTarget),
    get: (target, name) => (name === "now" ? now : Reflect.get(target, name)),
  });
}

// A stream of bytes that the name decides.
class Chance {
  constructor(name) {
    this.name = name;
    this.count = 0;
    this.rest = Buffer.alloc(0);
  }

  bytes(size) {
    while (this.rest.length < size) {
      const next = crypto.createHash("sha512").update(`${this.name}\0${this.count++}`).digest();

      this.rest = Buffer.concat([this.rest, next]);
    }
    const taken = this.rest.subarray(0, size);

    this.rest = this.rest.subarray(size);
    return Buffer.from(taken);
  }

  fraction() {
    return this.bytes(6).readUIntBE(0, 6) / 2 ** 48;
  }

  uuid() {
    const bytes = this.bytes(16);

    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  }

  fill(target) {
    const view = ArrayBuffer.isView(target) ? target : new Uint8Array(target);

    new Uint8Array(view.buffer, view.byteOffset, view.byteLength).set(this.bytes(view.byteLength));
    return target;
  }
}

function replaceWhileRunning(holder, name, replacement) {
  const original = holder[name];

  holder[name] = function (...rest) {
    return current ? replacement(...rest) : Reflect.apply(original, this, rest);
  };
}

function answerLater(callback, value) {
  if (typeof callback !== "function")
    return value;
  process.nextTick(callback, null, value);
  return undefined;
}

function fixChance() {
  const bytes = (size, callback) => answerLater(callback, current.chance.bytes(size));
  const fillPart = (target, offset = 0, size = undefined) => {
    current.chance.fill(Buffer.from(target.buffer ?? target, target.byteOffset ?? 0, target.byteLength)
      .subarray(offset, size === undefined ? undefined : offset + size));
    return target;
  };
  const integer = (low, high, callback) => {
    const [from, to, then] = typeof high === "number" ? [low, high, callback] : [0, low, high];

    return answerLater(then, from + Math.floor(current.chance.fraction() * (to - from)));
  };

  replaceWhileRunning(Math, "random", () => current.chance.fraction());
  replaceWhileRunning(crypto, "randomBytes", bytes);
  replaceWhileRunning(crypto, "pseudoRandomBytes", bytes);
  replaceWhileRunning(crypto, "randomFillSync", fillPart);
  replaceWhileRunning(crypto, "randomFill", (target, ...rest) => {
    answerLater(rest.pop(), fillPart(target, ...rest));
  });
  replaceWhileRunning(crypto, "randomInt", integer);
  replaceWhileRunning(crypto, "randomUUID", () => current.chance.uuid());
  replaceWhileRunning(crypto.webcrypto, "getRandomValues", (target) => current.chance.fill(target));
  replaceWhileRunning(crypto.webcrypto, "randomUUID", () => current.chance.uuid());
}

// 20240131120000-name and 2024.01.31T12.00.00.name; where a name has no moment, one for all.
function momentOf(name) {
  const digits = /^\D?(\d{4})\D?(\d{2})\D?(\d{2})\D?(\d{2})?\D?(\d{2})?\D?(\d{2})?/.exec(name)?.slice(1);
  const moment = digits
    ? RealDate.UTC(digits[0], digits[1] - 1, digits[2], digits[3] ?? 0, digits[4] ?? 0, digits[5] ?? 0) : NaN;

  return digits && digits[0] >= "1990" && digits[0] < "2100" && !Number.isNaN(moment)
    ? moment : RealDate.UTC(2000, 0, 1);
}
