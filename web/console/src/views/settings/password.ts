/** Fewer characters the server does not take for a password. */
export const SHORTEST_PASSWORD = 10
