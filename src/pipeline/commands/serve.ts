import { UserError } from "../../core/records/user-error.ts";
import { serve as serveFolder } from "../built/serve.ts";

/**
 * leaderboard serve [DIR]: serves a built site on PORT or 4321, prints the address, and ends with the process.
 *
 * @throws UserError where the port is taken or there is no such folder
 */
export async function serve([
  dir = process.env.OUT_DIR || "dist",
]: readonly string[]): Promise<void> {
  const port = Number(process.env.PORT || 4321);
  const server = await serveFolder(dir, { port, host: "localhost" }).catch((error) => {
    throw new UserError(explain(error, dir, port));
  });
  console.log(`${server.url}/`);
  const stop = () => void server.close();
  process.once("SIGINT", stop).once("SIGTERM", stop);
}

function explain(error: NodeJS.ErrnoException, dir: string, port: number): string {
  if (error.code === "EADDRINUSE") {
    return `Port ${port} is taken: stop the program that uses it, or set PORT to another port.`;
  }
  if (error.code === "ENOENT") return `There is no folder ${dir} to serve: build the site first.`;
  return `Could not serve ${dir} on port ${port}: ${error.message}`;
}
