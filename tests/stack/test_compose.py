"""docker-compose.yml says the same as stack/: versions, ports, settings, commands and order."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from stack import databases, environment, opensearch, prepare, settings, versions
from stack.environment import ROOT
from stack.layout import Layout
from stack.ports import DEFAULTS, HOST
from stack.services import Service, services
from stack.steps import Step, steps

Container = dict[str, Any]

DOTENV = dict(
    line.split("=", 1)
    for line in (ROOT / ".env.example").read_text().splitlines()
    if line and not line.startswith("#")
)
EVERYWHERE = "0.0.0.0"

# Steps that the images do themselves, and the container whose health says that they are done.
BY_IMAGE = {"jars": None, "postgres-files": None, "kafka-files": None, "databases": "postgres"}
# Nobody waits for it here: the gateway leaves the search to the monolith until it is current.
NOT_WAITED_FOR = {"read-model"}
HAS_KEY_TO_SIGN = {"identity-keys", "migrate", "stock", "monolith"}

# Debezium's image overwrites these settings with its own names' values or defaults.
CONNECT_NAMES = {
    "bootstrap.servers": "BOOTSTRAP_SERVERS",
    "group.id": "GROUP_ID",
    "rest.advertised.host.name": "ADVERTISED_HOST_NAME",
    "key.converter": "KEY_CONVERTER",
    "value.converter": "VALUE_CONVERTER",
    "config.storage.topic": "CONFIG_STORAGE_TOPIC",
    "offset.storage.topic": "OFFSET_STORAGE_TOPIC",
    "status.storage.topic": "STATUS_STORAGE_TOPIC",
    "offset.flush.interval.ms": "OFFSET_FLUSH_INTERVAL_MS",
}
# Which settings module a side reads; the first word that follows manage.py, or the WSGI module.
SETTINGS = {
    "monolith": "monolith/settings.py",
    "search": "consumers/search/settings.py",
    "notifications": "consumers/notifications/settings.py",
    "strangler": "strangler/control/settings.py",
}
FILES = {
    "MEDIA_ROOT",
    "IDENTITY_PRIVATE_KEY_FILE",
    "IDENTITY_PUBLIC_KEY_FILE",
    "SEARCH_FLAG_SOURCE",
    "SEARCH_INDEX_DIR",
    "STRANGLER_ENVOY_DIR",
    "STRANGLER_FLAGS_FILE",
}


def _filled_in(value: Any) -> Any:
    """Put .env.example's values where Compose would put those of .env."""
    if isinstance(value, dict):
        return {name: _filled_in(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_filled_in(each) for each in value]
    if isinstance(value, str):
        return re.sub(r"\$\{(\w+)(?::-(\w+)|:\?[^}]*)?\}", lambda m: m[2] or DOTENV[m[1]], value)
    return value


COMPOSE = _filled_in(yaml.safe_load((ROOT / "docker-compose.yml").read_text()))
# Those of a profile run only where they are asked for.
CONTAINERS: dict[str, Container] = {
    name: each for name, each in COMPOSE["services"].items() if "profiles" not in each
}
OURS = {name: each for name, each in CONTAINERS.items() if each["image"] == "banyan"}


@pytest.fixture(scope="module")
def layout(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Layout]:
    """Give the folder of a run that has .env.example's secrets."""
    home = tmp_path_factory.mktemp("run")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BANYAN_HOME", str(home))
        # An image knows no commit.
        patch.setenv("RELEASE", versions.BANYAN)
        environment.write(DOTENV)
        yield Layout(home)


@pytest.fixture(scope="module")
def values(layout: Layout) -> dict[str, str]:
    return settings.write(DEFAULTS, layout)


@pytest.fixture(scope="module")
def processes(layout: Layout) -> dict[str, Service]:
    return services(DEFAULTS, layout)


@pytest.fixture(scope="module")
def set_up(layout: Layout) -> dict[str, Step]:
    return steps(DEFAULTS, layout, {}, print)


def _in_containers(text: str) -> str:
    """Say an address of the local stack as the containers know it."""
    hosts = {name: name for name in DEFAULTS} | {
        "kafka-controller": "kafka",
        "gateway": EVERYWHERE,
        "gateway-admin": "gateway",
    }
    for name, port in DEFAULTS.items():
        text = text.replace(f"{HOST}:{port}", f"{hosts[name]}:{port}")
    return text


def _options(words: list[str] | tuple[str, ...]) -> set[str]:
    return set(re.findall(r"-c ?(\w+=\S+)", " ".join(words)))


def _heap(words: list[str] | tuple[str, ...]) -> str:
    return next(word for word in words if word.startswith("-Xmx"))


def _side(command: list[str]) -> str:
    module = next((word for word in command if word.endswith((".wsgi", ".celery"))), "")
    word = command[2] if command[1] == "manage.py" else module.removeprefix("consumers.")
    word = command[-1] if word == "consumers" else word.partition(".")[0]
    return word if word in SETTINGS else "monolith"


def _mounts(container: Container) -> dict[str, str]:
    """Return the named volumes by the folder where the container sees them."""
    pairs = (each.split(":") for each in container.get("volumes", []) if each[0] != ".")
    return {pair[1]: pair[0] for pair in pairs}


def test_the_parts_and_the_steps_are_those_of_the_stack(
    processes: dict[str, Service], set_up: dict[str, Step]
) -> None:
    assert set(CONTAINERS) == {*processes, *set_up} - set(BY_IMAGE) - NOT_WAITED_FOR


@pytest.mark.parametrize("container", CONTAINERS)
def test_everything_waits_for_what_it_waits_for_in_the_stack(
    container: str, processes: dict[str, Service], set_up: dict[str, Step]
) -> None:
    nodes: dict[str, Service | Step] = {**processes, **set_up}
    after = nodes[container].after
    names = {BY_IMAGE.get(name, name) for name in after} - {None}
    expected = {
        name: "service_healthy" if name in processes else "service_completed_successfully"
        for name in names
    }
    given = CONTAINERS[container].get("depends_on", {})

    assert {name: wait["condition"] for name, wait in given.items()} == expected


def test_the_images_are_of_the_stacks_versions() -> None:
    images = dict(
        each["image"].rsplit(":", 1) for each in CONTAINERS.values() if ":" in each["image"]
    )

    assert images.pop("axllent/mailpit")
    assert images == {
        "postgres": versions.POSTGRES,
        "redis": versions.REDIS,
        "apache/kafka": versions.KAFKA,
        "quay.io/debezium/connect": versions.DEBEZIUM,
        "apicurio/apicurio-registry": versions.REGISTRY,
        "envoyproxy/envoy": f"v{versions.ENVOY}",
    }


def test_gateway_control_plane_and_mails_are_open_to_this_machine_only() -> None:
    ports = {name: each["ports"] for name, each in CONTAINERS.items() if "ports" in each}
    shown = {"gateway": "gateway", "strangler": "strangler", "mail": "mail-page"}

    assert ports == {
        name: [f"{HOST}:{DEFAULTS[port]}:{DEFAULTS[port]}"] for name, port in shown.items()
    }


@pytest.mark.parametrize("container", sorted(set(CONTAINERS) - set(BY_IMAGE)))
def test_health_is_asked_of_the_same_port_and_path(
    container: str, processes: dict[str, Service]
) -> None:
    probe = processes[container].probe if container in processes else None
    if probe is None or probe.kind == "none":
        assert "healthcheck" not in CONTAINERS[container]
        return
    test = CONTAINERS[container]["healthcheck"]["test"]

    assert str(probe.port) in [word.rpartition(":")[2] for word in test]
    assert [word for word in test if re.match(r"/(?!answers)", word)] == (
        [probe.path] if probe.kind == "http" else []
    )


@pytest.mark.parametrize("container", CONTAINERS)
def test_processes_are_ended_as_in_the_stack_and_started_again(
    container: str, processes: dict[str, Service]
) -> None:
    said = CONTAINERS[container]
    if container not in processes:
        assert "restart" not in said
        return

    assert said["stop_grace_period"] == f"{processes[container].stop_s}s"
    assert said.get("stop_signal", "SIGTERM") == f"SIG{processes[container].stop_signal}"
    assert said["restart"] == "unless-stopped"


def test_postgres_has_the_same_settings(processes: dict[str, Service]) -> None:
    expected = _options(processes["postgres"].command)
    # The image listens on every address of its container, and needs its socket at the first start.
    mine = {"listen_addresses", "port", "unix_socket_directories"}

    assert _options(CONTAINERS["postgres"]["command"]) == {
        each for each in expected if each.partition("=")[0] not in mine
    }
    first = CONTAINERS["postgres"]["environment"]["POSTGRES_INITDB_ARGS"]
    assert first.split() == list(prepare.POSTGRES_OPTIONS)


def test_postgres_gets_the_same_roles_and_databases() -> None:
    script = (ROOT / "stack" / "compose" / "databases.sh").read_text()
    roles = set(re.findall(r'^role (\w+) \S.* "\$(\w+)"$', script, re.MULTILINE))
    owners = re.findall(r"^for owner in (.+); do$", script, re.MULTILINE)

    assert roles == {
        (name, f"{name.upper()}_PASSWORD")
        for name in (*databases.OWNERS, databases.REPLICATION_ROLE)
    }
    assert owners == [" ".join(databases.OWNERS)]
    assert {password for _, password in roles} < set(CONTAINERS["postgres"]["environment"])


def test_redis_keeps_nothing(processes: dict[str, Service]) -> None:
    command = " ".join(processes["redis"].command)

    assert " ".join(CONTAINERS["redis"]["command"][1:]) in command


def test_the_broker_has_the_same_settings(processes: dict[str, Service]) -> None:
    said = dict(CONTAINERS["kafka"]["environment"])
    expected = {
        f"KAFKA_{name.upper().replace('.', '_')}": _in_containers(value)
        for name, value in prepare.broker_settings(DEFAULTS).items()
    }
    # Of every address, but known to others by its name.
    listeners = f"PLAINTEXT://:{DEFAULTS['kafka']},CONTROLLER://:{DEFAULTS['kafka-controller']}"
    own = {
        "KAFKA_LISTENERS": listeners,
        "KAFKA_ADVERTISED_LISTENERS": f"PLAINTEXT://kafka:{DEFAULTS['kafka']}",
        "KAFKA_LOG_DIRS": next(iter(_mounts(CONTAINERS["kafka"]))),
        "KAFKA_HEAP_OPTS": _heap(processes["kafka"].command),
    }

    assert len(said.pop("CLUSTER_ID")) == 22
    assert said == expected | own


def test_the_connect_worker_has_the_same_settings(processes: dict[str, Service]) -> None:
    expected = {
        CONNECT_NAMES.get(name, f"CONNECT_{name.upper().replace('.', '_')}"): _in_containers(value)
        for name, value in prepare.connect_settings(DEFAULTS).items()
    }
    own = {
        "ADVERTISED_HOST_NAME": "connect",
        "CONNECT_LISTENERS": f"http://{EVERYWHERE}:{DEFAULTS['connect']}",
        "HEAP_OPTS": _heap(processes["connect"].command),
    }

    assert CONTAINERS["connect"]["environment"] == expected | own


def test_the_registry_has_the_same_settings(
    values: dict[str, str], processes: dict[str, Service]
) -> None:
    expected = {
        name: EVERYWHERE if value == HOST else _in_containers(value)
        for name, value in prepare.registry_environment(DEFAULTS).items()
    }
    heap = {"JAVA_TOOL_OPTIONS": _heap(processes["registry"].command)}

    assert CONTAINERS["registry"]["environment"] == expected | heap


@pytest.mark.parametrize("container", sorted({*OURS, "gateway"}))
def test_the_commands_are_the_same(
    container: str, processes: dict[str, Service], set_up: dict[str, Step]
) -> None:
    command = CONTAINERS[container]["command"]
    if container in set_up:
        assert command == ["python", "manage.py", *set_up[container].words]
        return
    expected = [
        word.replace(f"{HOST}:", f"{EVERYWHERE}:").removeprefix(f"{ROOT}/")
        for word in processes[container].command[1:]
    ]
    if container == "gateway":
        # Envoy's image has no Python to attend it; a script does, from within the container.
        assert f"./stack/compose{command[1]}:{command[1]}:ro" in CONTAINERS[container]["volumes"]
        begun = ("-c", f"{next(iter(_mounts(CONTAINERS[container])))}/bootstrap.yaml")
        attended = (command[1], "127.0.0.1:9901", *begun, "--log-level", "warning")
        expected = [*attended, *expected[4:]]

    assert command[1:] == expected


@pytest.mark.parametrize("container", OURS)
def test_our_processes_are_told_what_their_settings_read(
    container: str, values: dict[str, str]
) -> None:
    side = _side(OURS[container]["command"])
    read = _names_read(ROOT / SETTINGS[side]) & set(values)
    said = OURS[container]["environment"]

    assert set(said) == read
    for name in read - FILES - {"SITE_URL", "GATEWAY_NETWORKS"}:
        assert said[name] == _in_containers(values[name]), name
    # People come from outside the containers, so their address is the same both ways.
    assert said.get("SITE_URL") in (None, values["SITE_URL"])


def _names_read(module: Path) -> set[str]:
    """Return the environment's names that stand in a settings module as text."""
    tree = ast.walk(ast.parse(module.read_text()))
    texts = {node.value for node in tree if isinstance(node, ast.Constant)}
    names = {text for text in texts if isinstance(text, str) and text.isupper()}
    begun_with = ROOT / "consumers/runtime/defaults.py"
    is_begun = "from consumers.runtime.defaults import *" in module.read_text()
    return names | _names_read(begun_with) if is_begun and module != begun_with else names


@pytest.mark.parametrize("container", OURS)
def test_a_shared_file_lies_on_the_volume_of_its_kind(container: str) -> None:
    volumes = {
        "MEDIA_ROOT": "media",
        "IDENTITY_PRIVATE_KEY_FILE": "private",
        "IDENTITY_PUBLIC_KEY_FILE": "public",
        "SEARCH_FLAG_SOURCE": "envoy",
        "SEARCH_INDEX_DIR": "search",
        "STRANGLER_ENVOY_DIR": "envoy",
        "STRANGLER_FLAGS_FILE": "envoy",
    }
    mounts = _mounts(OURS[container])
    for name in FILES & set(OURS[container]["environment"]):
        path = OURS[container]["environment"][name]
        folders = {folder: volume for folder, volume in mounts.items() if path.startswith(folder)}
        assert set(folders.values()) <= {volumes[name]}, name

    assert ("private" in mounts.values()) == (container in HAS_KEY_TO_SIGN)


def test_gateway_and_agent_share_a_folder_and_so_do_writer_and_readers_of_the_index() -> None:
    for volume, names in {
        "envoy": ("render", "strangler-agent", "gateway", "search-web", "monolith"),
        "search": ("search-consumer", "search-web"),
        "media": ("monolith",),
        "public": ("identity-keys", "monolith", "search-web", "render", "strangler-agent"),
    }.items():
        folders = {
            folder
            for name in names
            for folder, mounted in _mounts(CONTAINERS[name]).items()
            if mounted == volume
        }
        assert len(folders) == 1
        assert all(volume in _mounts(CONTAINERS[name]).values() for name in names)
        assert f"banyan/{volume}" in (ROOT / "stack" / "Dockerfile").read_text()


def test_every_volume_that_is_mounted_is_declared() -> None:
    every = COMPOSE["services"].values()
    mounted = {volume for each in every for volume in _mounts(each).values()}

    assert mounted == set(COMPOSE["volumes"])


def test_the_example_gives_every_secret_that_is_asked_for_and_no_other() -> None:
    text = (ROOT / "docker-compose.yml").read_text()

    # What has a default is no secret.
    assert set(re.findall(r"\$\{(\w+)(?=[:}])(?!:-)", text)) == set(DOTENV)
    # A forgotten .env is told in words, once per name at least.
    assert set(re.findall(r"\$\{(\w+):\?copy \.env\.example to \.env\}", text)) == set(DOTENV)


def test_the_image_holds_every_folder_of_ours_but_the_tests() -> None:
    copied = set(re.findall(r"^COPY (\S+) ", (ROOT / "stack" / "Dockerfile").read_text(), re.M))
    sent = (ROOT / "stack" / "Dockerfile.dockerignore").read_text().splitlines()
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests"}

    assert copied == {*packages, "manage.py", "requirements.lock"}
    assert {line[1:] for line in sent if line.startswith("!")} == copied


def test_opensearch_is_the_stacks_and_runs_only_where_it_is_chosen(tmp_path: Path) -> None:
    container = COMPOSE["services"]["opensearch"]
    opensearch.files(tmp_path, 9200, 9300)
    written = yaml.safe_load((tmp_path / "config/opensearch.yml").read_text())
    alike = ("discovery.type", "action.auto_create_index")

    assert container["profiles"] == ["opensearch"]
    assert container["image"] == f"opensearchproject/opensearch:{versions.OPENSEARCH}"
    assert f"-Xmx{opensearch.HEAP_MB}m" in container["environment"]["OPENSEARCH_JAVA_OPTS"]
    told = {name: yaml.safe_load(container["environment"][name]) for name in alike}
    assert told == {name: written[name] for name in alike}
