"""Which versions the real components have, here and in docker-compose.yml.

Those that come as Python packages are pinned with hashes in requirements.lock, those that
come as Java artifacts in jars.lock; this module names what they contain.
"""

# Ours, as in pyproject.toml.
BANYAN = "0.1.0"
POSTGRES = "18"
REDIS = "8.2"
KAFKA = "4.3.1"
DEBEZIUM = "3.6.3.Final"
REGISTRY = "3.3.3"
OPENSEARCH = "3.6.0"
ENVOY = "1.40.0"
LOG4J = "2.25.4"

# What `manage.py stack lock-jars` resolves, each with all that it needs, into jars.lock.
COORDINATES = (
    f"org.apache.kafka:kafka_2.13:{KAFKA}",
    f"org.apache.kafka:connect-runtime:{KAFKA}",
    f"io.debezium:debezium-connector-postgres:{DEBEZIUM}",
    # Without this binding Kafka and Connect log nothing at all.
    f"org.apache.logging.log4j:log4j-slf4j-impl:{LOG4J}",
    # The resolver takes the nearest version where Connect's web server needs these newer ones.
    "jakarta.annotation:jakarta.annotation-api:2.1.1",
    "jakarta.inject:jakarta.inject-api:2.0.1",
    "jakarta.servlet:jakarta.servlet-api:6.0.0",
    "jakarta.ws.rs:jakarta.ws.rs-api:3.1.0",
)
REGISTRY_COORDINATE = f"io.apicurio:apicurio-registry-app:{REGISTRY}:tar.gz:all"
OPENSEARCH_COORDINATE = f"org.opensearch.distribution.integ-test-zip:opensearch:{OPENSEARCH}:zip:"
