// What becomes of a client: most are decent.
import { Modern } from "./modern.mjs";
import { Session } from "./session.mjs";
import { Vandal } from "./vandal.mjs";

export function beBorn(world, name) {
  const dice = Math.random();
  if (dice < 0.42) return new Modern(world, name);
  if (dice < 0.60) return new Session(world, name, "2025-11-25");
  if (dice < 0.72) return new Session(world, name, "2025-06-18");
  if (dice < 0.82) return new Session(world, name, "2025-03-26");
  if (dice < 0.90) return new Session(world, name, "2024-11-05");
  return new Vandal(world, name);
}
