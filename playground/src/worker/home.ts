// Where the user's files are, on both sides of the Worker.
export const HOME = '/home'
