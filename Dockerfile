# One image for web, worker, beat, setup and the sandbox engine; the command says which.
# Every library comes as a wheel with a known hash, so no compiler is ever needed.

FROM python:3.13.9-slim-bookworm AS libraries
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/studio
COPY requirements.txt .
RUN /opt/studio/bin/pip install --require-hashes --only-binary :all: --requirement requirements.txt \
    && /opt/studio/bin/pip uninstall --yes pip

FROM python:3.13.9-slim-bookworm
ENV PATH=/opt/studio/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=studio.settings \
    DATA_DIR=/data
RUN groupadd --gid 10001 studio \
    && useradd --uid 10001 --gid studio --no-create-home --home-dir /nonexistent studio \
    && install --directory --owner studio --group studio --mode 0750 /data
COPY --from=libraries /opt/studio /opt/studio
WORKDIR /studio
COPY . .
RUN python -m compileall -q studio jobs assets
USER 10001:10001
VOLUME /data
EXPOSE 8000
# A process without an address of its own (worker, beat) brings its own check: docker-compose.yml.
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s CMD \
    ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/health/ready', timeout=8)"]
CMD ["granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", "--blocking-threads", "16", "--workers-kill-timeout", "15", "--log-config", "studio/web_log.json", "studio.wsgi:application"]
