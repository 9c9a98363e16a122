/** Environment variables, handed down from the entry points; nothing else reads the process's. */
export type Environment = Readonly<Record<string, string | undefined>>;
