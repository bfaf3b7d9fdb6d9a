// The token that the studio wants with each change. Signing in again, in whatever tab, makes it anew in the cookie; the page still has
// the one it came with.
export const cookieToken = () => document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1];

export const token = () => cookieToken() ?? document.querySelector("meta[name=csrf-token]")?.content ?? "";

// What goes with each change: also for whom the page was made, since that token may be somebody else's by now (studio/same_person.py).
export const person = () => document.body.dataset.person;
export const headers = () => ({ "HX-Request": "true", "X-CSRFToken": token(), ...(person() && { "X-Person": person() }) });
export const IS_SOMEBODY_ELSE = 412;
