// The hashes and the order of a draw, written from docs/draws.md alone, in another language.
import {createHash, createHmac} from "node:crypto";
import {readFileSync} from "node:fs";

const p = JSON.parse(readFileSync(process.argv[2], "utf8"));
const sha = (text) => createHash("sha256").update(text, "utf8").digest("hex");
const text = (rows) => rows.map((row) => row.join("\t") + "\n").join("");
const {plan} = p, b = plan.beacon;
const planHash = sha(text([
  ["hongqiao-draw/1", "plan"], ["draw", plan.draw], ["terms", plan.terms], ["commitment", plan.commitment],
  ["opens", plan.opens], ["closes", plan.closes], ["beacon", b.due, b.chain, b.round, b.source],
  ["tickets", plan.tickets ? "yes" : "no"], ["alternates", plan.alternates],
  ...plan.prizes.map((z) => ["prize", z.code, z.count, z.name]),
]));
const ordered = p.entries.map(([id, n]) => [sha(id), id, n]).sort((x, y) => (x[0] < y[0] ? -1 : 1));
const listHash = sha(text([
  ["hongqiao-draw/1", "entries"], ["plan", planHash], ["excluded", p.excluded.count, p.excluded.hash],
  ["count", p.entries.length], ...ordered.map(([, id, n]) => [id, n]),
]));
const seed = createHmac("sha256", Buffer.from(p.secret, "hex"))
  .update(Buffer.concat([Buffer.from(listHash, "hex"), Buffer.from(p.beacon.value, "utf8")])).digest();
const one = (name) => createHmac("sha256", seed).update(name, "utf8").digest("hex");
const key = (id, n) => Array.from({length: n}, (_, i) => one(i ? `${id}#${i + 1}` : id)).sort()[0];
const ranked = p.entries.map(([id, n]) => [key(id, n), id]).sort((x, y) => (x[0] < y[0] ? -1 : 1));
const most = plan.prizes.reduce((sum, z) => sum + z.count, 0) + plan.alternates;
console.log(JSON.stringify({plan: planHash, list: listHash, seed: seed.toString("hex"),
  order: ranked.slice(0, most).map((r) => r[1])}));
