"""What builds, judges and deploys a revision: workflows, and the script that puts images into a cluster."""
import contextlib
import http.server
import json
import os
import re
import subprocess
import threading

import yaml

import check
from check import Check

WORKFLOWS = ".github/workflows/*.yml"


def actionlint(folder):
    check.run([check.tool("actionlint"), "-no-color", "-shellcheck", check.tool("shellcheck"), "-pyflakes=", *check.files(folder, WORKFLOWS)], folder)


def unknown_need(folder):
    check.replace(folder / ".github/workflows/deploy.yml", "needs: staging", "needs: stagging")


# Whose major tags are used on purpose; the workflows say why at each.
BY_TAG = {"github/codeql-action/init", "github/codeql-action/analyze", "actions/attest-build-provenance", "actions/attest-sbom"}


def rules(folder):
    wrong = []
    targets = set(re.findall(r"^([a-z0-9-]+)(?: [a-z0-9-]+)*:", (folder / "Makefile").read_text(), re.MULTILINE)) | {"test-asan", "test-tsan"}
    for page in check.files(folder, WORKFLOWS):
        text = page.read_text()
        if not re.search(r"^permissions: \{contents: read\}$", text, re.MULTILINE):
            wrong.append(f"{page.name}: says nothing of `permissions: {{contents: read}}` for all jobs")
        for action, version in re.findall(r"uses: (\S+?)@(\S+)", text):
            if not re.fullmatch(r"[0-9a-f]{40}", version) and action not in BY_TAG:
                wrong.append(f"{page.name}: {action}@{version} is not pinned by its commit")
        called = re.findall(r"\brun: make ([a-z0-9-]+)", text) + re.findall(r"target: ([a-z0-9-]+), minutes", text)
        wrong += [f"{page.name}: the Makefile has no target {target}" for target in called if target not in targets]
        scripts = re.findall(r"\brun: ((?:infra|\.ci|tests)/\S+)", text)
        wrong += [f"{page.name}: {script} cannot be run" for script in scripts if not os.access(folder / script, os.X_OK)]
        wrong += [f"{page.name}: {what}" for what in of_jobs(yaml.safe_load(text))]
    wrong += of_deployment(folder)
    if wrong:
        raise check.Finding("\n".join(wrong))


def of_jobs(workflow):
    """In a container git comes before the checkout; a workflow of pull requests may write nothing but findings; what follows another workflow
    believes a push to this repository alone, for a fork's branch may be called main, too."""
    on = workflow[True]  # YAML's word for `on`
    for name, job in workflow["jobs"].items():
        before = []
        for step in job["steps"]:
            if step.get("uses", "").startswith("actions/checkout") and "container" in job and not any("install" in one and " git" in one for one in before):
                yield f"{name}: its container has no git before the checkout"
            before.append(step.get("run", ""))
        wide = [right for right, how in job.get("permissions", {}).items() if how == "write" and right != "security-events"]
        if "pull_request" in on and wide and "github.event_name == 'push'" not in job.get("if", ""):
            yield f"{name}: may write {', '.join(wide)} in a pull request"
        if "workflow_run" in on and "needs" not in job:
            asked = job.get("if", "")
            for part in ("workflow_run.event == 'push'", "workflow_run.head_repository.full_name == github.repository", "workflow_run.conclusion == 'success'"):
                if part not in asked:
                    yield f"{name}: follows another workflow without asking for {part}"
        if "workflow_run" in on and "secrets." in json.dumps(job["steps"]) and "needs" not in job:
            yield f"{name}: has secrets and waits for no look at whose change it is"


def of_deployment(folder):
    """Each deployment waits for ci and images, has as long as its script may take, and may read the registry."""
    workflow = yaml.safe_load((folder / ".github/workflows/deploy.yml").read_text())
    script = (folder / "infra/deploy/release").read_text()
    limit = {name: int(value) for name, value in re.findall(r"^(\w+_TIMEOUT_S) = (\d+)\b", script, re.MULTILINE)}
    first = workflow["jobs"]["green"]
    looked = "".join(step.get("run", "") for step in first["steps"])
    if set(workflow[True]["workflow_run"]["workflows"]) != {"ci", "images"} or "in ci images;" not in looked or "--event push" not in looked:
        yield "deploy.yml: does not wait for ci and images"
    if workflow["jobs"]["staging"]["needs"] != "green" or workflow["jobs"]["staging"]["if"] != "needs.green.outputs.all == 'yes'":
        yield "deploy.yml: staging does not wait for ci and images"
    for name in ("staging", "production"):
        job = workflow["jobs"][name]
        said = "".join(step.get("run", "") for step in job["steps"])
        canary = int((re.search(r"--canary-minutes (\d+)", said) or [0, 0])[1])
        needs_s = limit["MIGRATION_TIMEOUT_S"] + limit["ROLLOUT_TIMEOUT_S"] * (2 if canary else 1) + canary * 60
        if job["timeout-minutes"] * 60 < needs_s:
            yield f"deploy.yml: {name} is cut off before the {needs_s} s are over that infra/deploy/release may take"
        if job["permissions"].get("packages") != "read" or not any("login-action" in step.get("uses", "") for step in job["steps"]):
            yield f"deploy.yml: {name} cannot read the registry"


def believe_forks(folder):
    check.replace(folder / ".github/workflows/deploy.yml", "github.event.workflow_run.event == 'push' && ", "")


def unpin(folder):
    check.replace(folder / ".github/workflows/ci.yml", "checkout@11bd71901bbe5b1630ceea73d27597364c9af683", "checkout@v4")


MANIFEST = """
{apiVersion: v1, kind: ConfigMap, metadata: {name: settings, namespace: argosy}}
---
{apiVersion: batch/v1, kind: Job, metadata: {name: argosy-migrate, namespace: argosy}}
---
{apiVersion: apps/v1, kind: Deployment, metadata: {name: argosy-ingest, namespace: argosy}, spec: {selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}}}}
---
{apiVersion: apps/v1, kind: Deployment, metadata: {name: argosy-codegen, namespace: argosy}, spec: {selector: {matchLabels: {a: c}}, template: {metadata: {labels: {a: c}}}}}
"""

# Writes what it is asked, and the names of what it is given, and fails where the scenario says so.
KUBECTL = """#!/bin/sh
here=$(dirname "$0")
revision() { if [ "$1" = "$UNCHANGED" ] || ! grep -q '^apply argosy-ingest argosy-codegen ' "$here/calls"; then echo 4; else echo 5; fi; }
case "$1 $2" in
  kustomize*) cat "$here/manifest"; exit ;;
  "get job") printf %s "$MIGRATION"; exit ;;
  "get deployment") case "$*" in *revision*) revision "$3" ;; *) printf 1 ;; esac; exit ;;
esac
if [ "$1" = apply ]; then echo "apply $(sed -n 's/^  name: //p' | tr '\\n' ' ')" >>"$here/calls"; else echo "$1 $2 $3$(printf ' %s' "$@" | grep -o ' --to-revision=.*')" >>"$here/calls"; fi
if [ "$1 $2 $3" = "rollout status $NOT_READY" ]; then echo "it does not become ready" >&2; exit 1; fi
"""
DOCKER = """#!/bin/sh
printf '{"digest": "sha256:%064d"}' 7
"""


@contextlib.contextmanager
def prometheus(value):
    class Answer(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps({"data": {"result": [{"value": [0, str(value)]}]}}).encode())

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


def released(folder, value, not_ready="nobody", migration="Complete", unchanged="nobody"):
    """The exit code and the calls of kubectl, when Prometheus answers everything with this value, one Deployment does not become ready, the migration
    ends so, and the new version leaves one Deployment as it is."""
    programs = folder / "programs"
    programs.mkdir(exist_ok=True)
    (programs / "manifest").write_text(MANIFEST)
    (programs / "calls").write_text("")
    for name, text in (("kubectl", KUBECTL), ("docker", DOCKER)):
        (programs / name).write_text(text)
        (programs / name).chmod(0o755)
    overlay = folder / "infra/k8s/overlays/place"
    overlay.mkdir(parents=True, exist_ok=True)
    (overlay / "kustomization.yaml").write_text("images: [{name: argosy, newTag: old}]\n")
    with prometheus(value) as url:
        done = subprocess.run(["/usr/bin/python3", folder / "infra/deploy/release", "place", "--registry", "example.test/x", "--revision", "abc",
                               "--canary-minutes", "1", "--prometheus", url], capture_output=True, text=True,
                              env=os.environ | {"PATH": f"{programs}:{os.environ['PATH']}", "NOT_READY": f"deployment/{not_ready}", "MIGRATION": migration,
                                                "UNCHANGED": unchanged, "no_proxy": "127.0.0.1"})
    return done.returncode, (programs / "calls").read_text().splitlines(), done.stdout + done.stderr


def expect(holds, what, said):
    if not holds:
        raise check.Finding(f"{what}:\n{said}")


STABLE = "apply argosy-ingest argosy-codegen "
CANARIES = "apply argosy-ingest-canary argosy-codegen-canary "


def release(folder):
    settings = folder / "infra/deploy/canary.yaml"
    settings.write_text(re.sub(r"^look_every_s: \d+", "look_every_s: 0.2", settings.read_text(), flags=re.MULTILINE))
    script = folder / "infra/deploy/release"
    script.write_text(script.read_text().replace("minutes * 60 / rules", "3 * rules['look_every_s'] / rules"))

    code, calls, said = released(folder, value=0)
    expect(code == 0, "a good revision is not released", said)
    order = ["apply settings ", "delete job argosy-migrate", "apply argosy-migrate ", CANARIES,
             "delete deployment argosy-codegen-canary", STABLE, "rollout status deployment/argosy-codegen"]
    places = [calls.index(call) for call in order if call in calls]
    expect(len(places) == len(order) and places == sorted(places), "its steps are not in order", "\n".join(calls))

    code, calls, said = released(folder, value=100)
    expect(code == 1 and "looks in a row" in said, "a bad canary is released", said)
    expect("delete deployment argosy-ingest-canary" in calls and STABLE not in calls, "a bad canary changes more than itself", "\n".join(calls))

    code, calls, said = released(folder, value=0, not_ready="argosy-codegen")
    undone = [call for call in calls if call.startswith("rollout undo")]
    expect(code == 1 and sorted(undone) == [f"rollout undo deployment/argosy-{name} --to-revision=4" for name in ("codegen", "ingest")],
           "a roll-out that does not become ready stays", "\n".join(calls) + said)

    code, calls, said = released(folder, value=0, not_ready="argosy-codegen", unchanged="argosy-ingest")
    undone = [call for call in calls if call.startswith("rollout undo")]
    expect(code == 1 and undone == ["rollout undo deployment/argosy-codegen --to-revision=4"], "what the release left as it was goes back, too",
           "\n".join(calls) + said)

    code, calls, said = released(folder, value=0, migration="Failed")
    expect(code == 1 and "argosy-migrate has failed" in said and CANARIES not in calls and STABLE not in calls, "a failed migration is released",
           "\n".join(calls) + said)


def blind_canary(folder):
    check.replace(folder / "infra/deploy/release", 'value > rule["most"]', 'value > 1e9')


CHECKS = [
    Check("workflows", "actionlint", [".github"], actionlint, unknown_need, beside=("shellcheck",)),
    Check("workflows: what is pinned, permitted and called", "rules", [".github", ".ci", "Makefile", "infra", "tests/with-services"], rules, unpin,
          version=lambda: "ours"),
    Check("workflows: whose changes are deployed", "rules", [".github", ".ci", "Makefile", "infra", "tests/with-services"], rules, believe_forks,
          version=lambda: "ours"),
    Check("release: order, canary, the way back", "infra/deploy", ["infra/deploy"], release, blind_canary, version=lambda: "ours"),
]
