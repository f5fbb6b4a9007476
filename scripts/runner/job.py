"""Evaluates a request inside a container of the Hub, which has no token.

    python job.py '{"start": "…", "places": {"kit": "/runner/kit", …}, …}'

What it is told is written by src/pipeline/runner/hf-jobs/container.ts. Models, lock file, tasks and questions are
mounted for reading. Output goes to a folder of the container and, of it, only the harness's files to `out`, the one
place that outlasts the container: output/COMMAND/FILE, and at the end, whole or not there, ended.json:

    {"start": "…", "failed": null, "commands": [{"i": 0, "code": 0, "signal": null, "stopped": null, "small": false,
      "seconds": 1.5, "network": "none", "energy": null, "tail": "…"}], "files": [{"path": "output/0/…", "bytes": 1, "sha256": "…"}]}

`failed` says what kept the harness from being started. Python's own library is all it needs.
"""

import hashlib
import json
import os
import re
import shutil
import signal
import stat
import subprocess
import sys
import threading
import time

# Of the container's environment, what the harness sees: how to use the machine.
MACHINE = [
    "CUDA_VISIBLE_DEVICES",
    "LD_LIBRARY_PATH",
    "NVIDIA_DRIVER_CAPABILITIES",
    "NVIDIA_VISIBLE_DEVICES",
    "OMP_NUM_THREADS",
]

# What there may be of a model, as in download.py: weights that carry no code, and data of tokenizers.
WANTED = re.compile(r"\.(safetensors|json|jinja|txt|model|tiktoken)$")

# The harness's own files, as in src/pipeline/runner/output.ts.
OUTPUT = re.compile(r"^(results_[\dT.:-]+\.json|samples_[\w.-]+_[\dT.:-]+\.jsonl)$", re.ASCII)

# Seconds between two looks at how much a command has written.
LOOK = 5


def harness(told):
    """The folder of the harness's commands: the image's, where it has the same one, or a new one."""
    image, work, kit = (told["places"][name] for name in ("image", "work", "kit"))
    try:
        with open(os.path.join(image, "harness.id")) as file:
            if file.read().strip() == told["harness"]:
                return os.path.join(image, "bin")
    except OSError:
        pass
    home = os.path.join(work, "harness")
    lock = os.path.join(kit, "requirements.txt")
    pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
    subprocess.run([sys.executable, "-m", "venv", home], check=True)
    python = os.path.join(home, "bin/python")
    subprocess.run([python, *pip, "--require-hashes", "-r", lock], check=True)
    return os.path.join(home, "bin")


def lay_models(told):
    """Makes the Hub's cache of what is mounted, so that models are found by name and commit."""
    for model in told["models"]:
        name = "models--" + model["name"].replace("/", "--")
        home = os.path.join(told["places"]["work"], "hub/hub", name)
        snapshot = os.path.join(home, "snapshots", model["commit"])
        for folder, _, names in os.walk(model["place"]):
            for file in filter(WANTED.search, names):
                source = os.path.join(folder, file)
                target = os.path.join(snapshot, os.path.relpath(source, model["place"]))
                os.makedirs(os.path.dirname(target), exist_ok=True)
                os.symlink(source, target)
        if model["revision"] != model["commit"]:
            ref = os.path.join(home, "refs", model["revision"])
            os.makedirs(os.path.dirname(ref), exist_ok=True)
            with open(ref, "w") as file:
                file.write(model["commit"])


def size_of(folder):
    sizes = (
        os.lstat(os.path.join(place, name)).st_size
        for place, _, names in os.walk(folder)
        for name in names
    )
    try:
        return sum(sizes)
    except OSError:
        return 0


class Said:
    """Passes on what a command says, up to a limit, and keeps the end of it."""

    def __init__(self, pipe, told):
        self.pipe, self.most, self.kept = pipe, told["output"], told["tail"]
        self.tail = b""
        self.thread = threading.Thread(target=self.copy, daemon=True)
        self.thread.start()

    def copy(self):
        written = 0
        while part := self.pipe.read1(65536):
            self.tail = (self.tail + part)[-self.kept :]
            part = part[: max(0, int(self.most) - written)]
            written += len(part)
            sys.stdout.buffer.write(part)
            sys.stdout.buffer.flush()

    def end(self):
        # What the command left behind may hold its output open.
        self.thread.join(5)
        return self.tail.decode(errors="replace")[-self.kept :]


def reason(begun, place, told, until):
    """Why a command may not go on."""
    now = time.monotonic()
    if now > until:
        return "deadline"
    if now - begun > told["seconds"]:
        return "time"
    return "disk" if size_of(place) > told["disk"] else None


def wait(child, place, told, until):
    """Why a command was ended; None where it ended by itself."""
    begun = time.monotonic()
    while True:
        try:
            child.wait(LOOK)
            return None
        except subprocess.TimeoutExpired:
            if why := reason(begun, place, told, until):
                os.killpg(child.pid, signal.SIGKILL)
                child.wait()
                return why


def read_note(path):
    """What launch.py and energy.py noted; one who was killed over it has noted nothing."""
    try:
        with open(path) as file:
            return json.load(file)
    except (OSError, ValueError):
        return {}


def run(told, bin, words, place, until):
    """One run of the harness, into an empty folder."""
    shutil.rmtree(place, ignore_errors=True)
    os.makedirs(place)
    kit, work = told["places"]["kit"], told["places"]["work"]
    note, python = os.path.join(work, "launched.json"), os.path.join(bin, "python")
    if os.path.exists(note):
        os.remove(note)
    launch = [python, os.path.join(kit, "launch.py"), note, "-", python, "-m", "lm_eval"]
    env = {name: value.replace("{bin}", bin) for name, value in told["env"].items()}
    begun = time.monotonic()
    child = subprocess.Popen(
        launch + [word.replace("{output}", place) for word in words],
        env={**env, **{name: os.environ[name] for name in MACHINE if name in os.environ}},
        cwd=told["cwd"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    said = Said(child.stdout, told)
    stopped = wait(child, place, told, until)
    status = child.returncode
    launched = read_note(note)
    return {
        "code": status if status >= 0 else None,
        "signal": signal.Signals(-status).name if status < 0 else None,
        "stopped": stopped,
        "seconds": time.monotonic() - begun,
        "network": launched.get("network", "as the machine's"),
        "energy": launched.get("energy"),
        "tail": said.end(),
    }


def is_memory(told, ended):
    if ended["stopped"]:
        return False
    found = re.search(told["memory"], ended["tail"], re.MULTILINE)
    return bool(found) or ended["signal"] == "SIGKILL" or ended["code"] == 137


def copy(source, target):
    """Copies a file; a link is none. Gives its bytes and digest."""
    digest, size = hashlib.sha256(), 0
    with open(os.open(source, os.O_RDONLY | os.O_NOFOLLOW), "rb") as file, open(target, "wb") as out:
        while part := file.read(1 << 20):
            digest.update(part)
            size += len(part)
            out.write(part)
    return {"bytes": size, "sha256": digest.hexdigest()}


def deliver(place, out, i):
    """Copies the harness's files of a command to where they outlast the container."""
    files = []
    for folder, _, names in os.walk(place):
        for name in sorted(filter(OUTPUT.match, names)):
            source = os.path.join(folder, name)
            if not stat.S_ISREG(os.lstat(source).st_mode):
                continue
            path = f"output/{i}/{name}"
            target = os.path.join(out, path)
            os.makedirs(os.path.dirname(target), exist_ok=True)
            files.append({"path": path, **copy(source, target)})
    return files


def main():
    told = json.loads(sys.argv[1])
    until = time.monotonic() + told["all"]
    kit, work, out = (told["places"][name] for name in ("kit", "work", "out"))
    report = {"start": told["start"], "failed": None, "commands": [], "files": []}
    os.makedirs(work, exist_ok=True)
    try:
        bin = harness(told)
        lay_models(told)
        questions = os.path.join(kit, "questions")
        if os.path.isdir(questions):
            shutil.copytree(questions, os.path.join(work, "hub"), dirs_exist_ok=True)
    except (OSError, subprocess.CalledProcessError) as error:
        report["failed"] = str(error)[:1000]
    for command in [] if report["failed"] else told["commands"]:
        i, place = command["i"], os.path.join(work, "output", str(command["i"]))
        small = False
        ended = run(told, bin, command["words"], place, until)
        if ended["code"] != 0 and is_memory(told, ended):
            small = True
            ended = run(told, bin, command["small"], place, until)
        report["commands"].append({"i": i, "small": small, **ended})
        if ended["code"] != 0:
            break
        report["files"] += deliver(place, out, i)
    # Not renamed into its place: whether a mounted bucket can do that is not known. Half of it is no JSON.
    with open(os.path.join(out, "ended.json"), "w") as file:
        json.dump(report, file)


main()
