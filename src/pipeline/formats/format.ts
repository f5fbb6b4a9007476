/** What lies beside a file in its folder, as JSON; null where there is no such file. */
export type Sibling = (name: string) => unknown;

/** One way in which programs write results of runs. */
export interface Format {
  /** Short, for messages and tables. */
  id: string;
  /** As people call it, with the versions it is known of. */
  name: string;
  /** Whether a JSON document is of this format: by its own fields, never by guess, and without throwing. */
  recognises(json: unknown, path: string): boolean;
  /**
   * The runs in it, in the shape of the harness's result file, so that one code scores them all.
   * Tasks and metrics keep their names, and values their scale; what the document does not say is
   * absent.
   *
   * @throws Error with a sentence that names field, value and fix
   */
  read(json: unknown, path: string, sibling?: Sibling): unknown[];
}
