// The folder of the user's files, for the page and the Worker.
export const HOME = '/home'
