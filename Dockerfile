# The service as an image, for docker-compose.yml and for a school with a PostgreSQL of
# its own. Nothing secret is in it, and nothing that builds or installs.
ARG BASE=python:3.12-slim-bookworm

FROM ${BASE} AS build
RUN python3 -m venv /opt/homeroom
ENV PATH=/opt/homeroom/bin:$PATH
COPY requirements/runtime.txt /tmp/
RUN pip install --no-cache-dir --no-compile --require-hashes -r /tmp/runtime.txt
# Of Babel only the reading of catalogues is used; the rest is a third of it all.
RUN cd /opt/homeroom/lib/python3*/site-packages \
 && find babel/locale-data -name '*.dat' ! -name 'root*' ! -name 'en*' ! -name 'zh*' -delete \
 && find . -type d \( -name tests -o -name _testbase \) -prune -exec rm -rf {} + \
 && pip uninstall --quiet --yes setuptools pip
COPY pyproject.toml config.example.yaml registration.yaml /homeroom/
COPY docker/homeroom /opt/homeroom/bin/
COPY docker/synapse/homeserver.yaml docker/synapse/log.yaml /homeroom/docker/synapse/
COPY docker/element/config.json /homeroom/docker/element/
COPY alembic /homeroom/alembic
COPY appservice /homeroom/appservice
# Compiled here, for nothing can be written where it runs; and only what it imports.
RUN python -m compileall -q /homeroom \
 && cd /homeroom \
 && python -c 'import appservice.app, appservice.cli.run, appservice.store.schema' \
 && python -c 'import appservice.inspector.look, openpyxl, PIL.Image, zxingcpp' \
 && mkdir -p /volumes/data /volumes/synapse /volumes/grafana /volumes/postgres \
    /volumes/element \
 && chmod 0700 /volumes/data /volumes/synapse && chmod 0750 /volumes/grafana

FROM ${BASE}
COPY --from=build /opt/homeroom /opt/homeroom
COPY --from=build /homeroom /homeroom
# A new volume takes over owner and mode of the folder it is mounted on.
COPY --from=build --chown=10001:10001 /volumes /
ENV PATH=/opt/homeroom/bin:$PATH \
    PYTHONPATH=/homeroom PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
# Where data/config.yaml, which every command looks for, is the volume's.
WORKDIR /
USER 10001:10001
ENTRYPOINT ["homeroom"]
CMD ["run"]
