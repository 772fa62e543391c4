# One image for web, worker, beat and the mail catcher. Nothing secret goes into it.
FROM python:3.13-slim AS packages
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
ARG PROVIDER=no
COPY requirements-prod.lock requirements-provider.lock /tmp/
RUN python -m venv /venv && /venv/bin/pip install --require-hashes -r /tmp/requirements-prod.lock \
    && if [ "$PROVIDER" = yes ]; then /venv/bin/pip install --require-hashes -r /tmp/requirements-provider.lock; fi

FROM python:3.13-slim
RUN useradd --uid 10001 --create-home --home-dir /home/portal portal \
    && install -d -o portal -g portal -m 0700 /data /data/files /data/leaving
COPY --from=packages /venv /venv
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 DJANGO_SETTINGS_MODULE=portal.settings.base \
    VAR_DIR=/data STATIC_DIR=/static
WORKDIR /app
COPY manage.py ./
COPY portal portal
COPY clients clients
COPY treatments treatments
COPY templates templates
COPY locale locale
# The words below only let the settings load while files are collected; no running container has them.
RUN SECRET_KEY="$(head -c 48 /dev/urandom | base64)" BASE_URL=https://build.invalid FROM_EMAIL=build@build.invalid \
    DATABASE_URL=postgresql://build@build.invalid/build EMAIL_URL=smtp://build.invalid \
    CELERY_BROKER_URL=redis://build.invalid python manage.py collectstatic --noinput
USER portal
EXPOSE 8000
CMD ["gunicorn", "portal.wsgi", "--bind", "0.0.0.0:8000", "--no-control-socket", "--worker-class", "gthread", \
     "--workers", "2", "--threads", "4", "--worker-tmp-dir", "/dev/shm", "--graceful-timeout", "20"]
