/** An asset of ours: Vite gives its address. */
declare module "*?url" {
  const address: string;
  export default address;
}
