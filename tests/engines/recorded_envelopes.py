"""Pieces of recorded answers of the gateway family."""

URL = "https://api.example.com/media/a.mp4"
CDN = "https://cdn.vendor.example/v/a.mp4?sign=1"
HTML = "<html><h1>502 Bad Gateway</h1></html>"


def flat(code: object, message: str = "", **more: object) -> dict[str, object]:
    """The task layer's error envelope."""
    return {"code": code, "message": message, "data": None, **more}


def nested(code: object, message: str = "", kind: str = "new_api_error") -> dict[str, object]:
    """The middleware's error envelope."""
    return {"error": {"message": message, "type": kind, "code": code}}
