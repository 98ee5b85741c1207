/** Where the writer thread begins. A file of its own, since tests put the built one in its place. */
export const writerFile = new URL('./writer.js', import.meta.url);
