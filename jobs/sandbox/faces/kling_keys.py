"""Who may use Kling's API: a key, or a token signed with the account's key pair."""

import hmac

import jwt

from jobs.sandbox.options import Options

EMPTY = (1001, "Authorization is empty")
INVALID = (1002, "Authorization is invalid")
FAILED = (1000, "Authentication failed")
NOT_YET = (1003, "Authorization is not yet valid")
EXPIRED = (1004, "Authorization has expired")
_CLAIMS = ["iss", "exp", "nbf"]


def objection(authorization: str, options: Options) -> tuple[int, str] | None:
    """Code and message for an ``Authorization`` header that does not let in; None: come in.

    An HS256 token is checked to the second: a clock that is ahead is a mistake worth seeing.
    """
    if not authorization.strip():
        return EMPTY
    scheme, _, given = authorization.partition(" ")
    if scheme.lower() != "bearer" or not given:
        return INVALID
    if hmac.compare_digest(given.encode(), options.key.encode()):
        return None
    if given.count(".") != 2:
        return INVALID
    return _token_objection(given, options)


def _token_objection(token: str, options: Options) -> tuple[int, str] | None:
    try:
        jwt.decode(
            token, options.secret_key, algorithms=["HS256"], issuer=options.access_key,
            options={"require": _CLAIMS},
        )  # fmt: skip
    except jwt.ExpiredSignatureError:
        return EXPIRED
    except jwt.ImmatureSignatureError:
        return NOT_YET
    except (jwt.InvalidSignatureError, jwt.InvalidIssuerError):
        return FAILED
    except jwt.PyJWTError:
        return INVALID
    return None
