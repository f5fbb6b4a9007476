/** A model that another was made from, over some steps. */
export interface Ancestor {
  model: string;
  /** The models between, from the one that was asked about on; none for its own base model. */
  between: string[];
}

/**
 * The flagged models that a model was made from, the nearest first; each once, by a shortest way. Where
 * names go in a circle, the way ends; a model is no ancestor of its own. Names count as they are
 * written: the lists and tables are held to one spelling elsewhere.
 *
 * @param parents the models that one is stated to be made from: several for a merge; none where unknown
 */
export function flaggedAncestors(
  model: string,
  parents: (model: string) => readonly string[],
  isFlagged: (model: string) => boolean,
): Ancestor[] {
  const seen = new Set([model]);
  const found: Ancestor[] = [];
  let reached: { model: string; way: string[] }[] = [{ model, way: [] }];
  while (reached.length > 0) {
    const next: typeof reached = [];
    for (const { model, way } of reached) {
      for (const parent of parents(model)) {
        if (seen.has(parent)) continue;
        seen.add(parent);
        if (isFlagged(parent)) found.push({ model: parent, between: way });
        next.push({ model: parent, way: [...way, parent] });
      }
    }
    reached = next;
  }
  return found;
}
