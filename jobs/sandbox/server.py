"""The sandbox engine's HTTP server: three engines' APIs over one store, worker and bill."""

from aiohttp import web

from jobs.sandbox.faces.admin import Admin
from jobs.sandbox.faces.desk import Desk
from jobs.sandbox.faces.fal import Fal
from jobs.sandbox.faces.gateway import Gateway
from jobs.sandbox.faces.kling import Kling
from jobs.sandbox.faults import MEDIA
from jobs.sandbox.media import media_answer
from jobs.sandbox.options import Options


class Server:
    """One sandbox engine. Raises BadSecret where the webhook secret is none."""

    def __init__(self, options: Options) -> None:
        self.desk = Desk(options)
        gateway = Gateway(self.desk)
        self._faces = (gateway, Kling(self.desk), Fal(self.desk))
        self._admin = Admin(self.desk, gateway.has_key)

    def application(self) -> web.Application:
        """The aiohttp application."""
        app = web.Application()
        for face in self._faces:
            app.router.add_routes(face.routes())
        app.router.add_get("/media/{name}", self.media)
        app.router.add_routes(self._admin.routes())
        return app

    async def start(self) -> None:
        """Go on with the tasks of an earlier run."""
        await self.desk.worker.start()

    async def stop(self) -> None:
        """End what is under way; unfinished tasks wait for the next start."""
        self.desk.closing.set()
        await self.desk.worker.stop()

    def close(self) -> None:
        """Close the file of the tasks."""
        self.desk.store.close()

    async def media(self, request: web.Request) -> web.StreamResponse:
        """GET and HEAD /media/{name}; no key, as the name cannot be guessed."""
        await self.desk.slow(MEDIA)
        return await media_answer(request, self.desk.worker.maker.media, self.desk.faults)
