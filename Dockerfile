# The service alone, for a school with a PostgreSQL of its own. Nothing secret is in it.
ARG PYTHON_VERSION=3.12-slim
FROM python:${PYTHON_VERSION}
WORKDIR /homeroom
COPY requirements/runtime.txt requirements/
RUN pip install --no-cache-dir --require-hashes -r requirements/runtime.txt
COPY pyproject.toml config.example.yaml registration.yaml ./
COPY alembic alembic
COPY appservice appservice
ENV PYTHONPATH=/homeroom PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
USER 1000:1000
ENTRYPOINT ["python", "-m", "appservice"]
CMD ["run", "--config", "/data/config.yaml"]
