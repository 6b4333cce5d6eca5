/** What a login name looks like. */
export const loginPattern = /^[a-z][a-z0-9._-]{2,31}$/
