// How long a small request and its answer are, in bytes. The origin and the clients have to agree.
export const REQUEST = 100
export const ANSWER = 1000
