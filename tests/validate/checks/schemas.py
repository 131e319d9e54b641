"""The schemas: what the REST API, the streams and the database promise, judged by linters of their own kind."""
import check
from check import Check

# Up to this one they are frozen, with what squawk finds in them.
LAST_FROZEN = 56


def ups(folder, frozen):
    return [path for path in check.files(folder, "schemas/migrations/*.up.sql") if (int(path.name[:4]) <= LAST_FROZEN) == frozen]


def frozen_migrations(folder):
    check.run([check.tool("squawk"), "--config", "schemas/squawk.frozen.toml", "--reporter", "Gcc", *ups(folder, True)], folder)


def damage_frozen(folder):
    check.replace(folder / "schemas/migrations/0050_models_down.up.sql", "CREATE UNLOGGED", "ALTER TABLE task DROP COLUMN state;\nCREATE UNLOGGED")


def new_migrations(folder):
    new = ups(folder, False)
    if new:
        check.run([check.tool("squawk"), "--config", "schemas/squawk.toml", "--reporter", "Gcc", *new], folder)


def lock_everybody_out(folder):
    (folder / "schemas/migrations/9999_fault.up.sql").write_text("CREATE INDEX task_by_fault ON task (org_id);\n")


def spectral(folder):
    check.run([check.tool("node"), check.tool("spectral"), "lint", "--ruleset", "schemas/spectral.yaml", "--fail-severity", "warn",
               "schemas/openapi.yaml"], folder)


def operation_twice(folder):
    check.replace(folder / "schemas/openapi.yaml", "operationId: listTasks", "operationId: submitTask")


def redocly(folder):
    said = check.run([check.tool("node"), check.tool("redocly"), "lint", "--config", "schemas/redocly.yaml", "--format", "stylish", "schemas/openapi.yaml"], folder,
                     env={"REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true"})
    if "warning" in said.lower():  # it ends with 0 then
        raise check.Finding(said)


def cut_sentence(folder):
    check.replace(folder / "schemas/openapi.yaml", "description: 'Unified, as git writes it'", "description: Unified, as git writes it")


def asyncapi(folder):
    check.run([check.tool("node"), check.TREE / "tests/validate/asyncapi.js", check.tool("asyncapi"), "schemas/asyncapi.yaml"], folder)


def message_of_nobody(folder):
    check.replace(folder / "schemas/asyncapi.yaml", "#/components/messages/", "#/components/messages/No")


CHECKS = [
    Check("migrations that are frozen", "squawk", ["schemas"], frozen_migrations, damage_frozen),
    Check("migrations since", "squawk", ["schemas"], new_migrations, lock_everybody_out),
    Check("description of the REST API, by Spectral", "spectral", ["schemas"], spectral, operation_twice, beside=("node",)),
    Check("description of the REST API, by Redocly", "redocly", ["schemas"], redocly, cut_sentence, beside=("node",)),
    Check("description of the streams", "asyncapi", ["schemas"], asyncapi, message_of_nobody, beside=("node",)),
]
