// The token that the studio wants with each change. Signing in again, in whatever tab, makes it anew in the cookie; the page still has
// the one it came with.
export const cookieToken = () => document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1];

export const token = () => cookieToken() ?? document.querySelector("meta[name=csrf-token]")?.content ?? "";
