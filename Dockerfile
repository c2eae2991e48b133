# Production image: web, worker, beat and migrations are the same image with another command.
FROM python:3.13-slim AS venv
COPY requirements/base.txt /tmp/base.txt
RUN python -m venv /venv \
    && /venv/bin/pip install --no-cache-dir --no-deps --require-hashes -r /tmp/base.txt

FROM python:3.13-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --create-home --uid 10001 portail \
    && install -d -o portail -g portail /fichiers
COPY --from=venv /venv /venv
ENV PATH=/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    DJANGO_SETTINGS_MODULE=portail.settings.base
WORKDIR /app
COPY . .
RUN env $(cat scripts/production-inventee.env) python manage.py collectstatic --noinput -v 0 \
    && rm -rf demonstration tests bench
USER portail
EXPOSE 8000
CMD ["gunicorn", "portail.wsgi", "--bind=0.0.0.0:8000", "--worker-class=gthread", "--workers=2", \
     "--threads=6", "--worker-tmp-dir=/dev/shm", "--no-control-socket"]
