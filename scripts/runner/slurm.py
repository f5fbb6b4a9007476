"""Runs a command of a runner inside a Slurm job.

    python slurm.py FOLDER

FOLDER/command.json has the command: {"argv": […], "env": {…}, "cwd": "…", "log": "…", "output": 1e8,
"tail": 65536, "empty": "…" or null, "silence": 900}. Of the job's own environment it sees which GPUs it
has. Once it has ended, FOLDER/ended.json says how: {"code": 0, "signal": null, "seconds": 1.5, "tail": "…"}.

The runner writes another number into FOLDER/alive at each of its looks. Where that stays the same for
`silence` seconds, the runner has ended, and so does the command.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time

# As Slurm sets them for the GPUs of a job.
GPUS = ["CUDA_VISIBLE_DEVICES", "GPU_DEVICE_ORDINAL", "ROCR_VISIBLE_DEVICES", "ZE_AFFINITY_MASK"]

# Seconds between two looks at the runner.
LOOK = 5


def environment(given):
    """What the command was given; the GPUs are the job's, not those of the runner's machine."""
    others = {name: value for name, value in given.items() if name not in GPUS}
    return {**others, **{name: os.environ[name] for name in GPUS if name in os.environ}}


class Output:
    """Writes what a command says to its log, up to a limit, and keeps the end of it."""

    def __init__(self, pipe, command):
        self.pipe, self.most, self.kept = pipe, command["output"], command["tail"]
        self.tail = b""
        self.thread = threading.Thread(target=self.copy, args=[command["log"]], daemon=True)
        self.thread.start()

    def copy(self, log):
        written = 0
        with open(log, "ab", buffering=0) as file:
            while part := self.pipe.read1(65536):
                self.tail = (self.tail + part)[-self.kept :]
                part = part[: max(0, int(self.most) - written)]
                written += len(part)
                file.write(part)

    def end(self):
        # What the command left behind may hold its output open.
        self.thread.join(5)
        return self.tail.decode(errors="replace")


def read(path):
    try:
        with open(path) as file:
            return file.read()
    except OSError:
        return None


def wait(child, alive, silence):
    """The command's exit status."""
    last, since = None, time.monotonic()
    while True:
        try:
            return child.wait(LOOK)
        except subprocess.TimeoutExpired:
            now = read(alive)
            if now is not None and now != last:
                last, since = now, time.monotonic()
            elif time.monotonic() - since > silence:
                child.kill()
                child.wait()
                sys.exit("The runner has ended.")


def main():
    folder = sys.argv[1]
    ended, alive = os.path.join(folder, "ended.json"), os.path.join(folder, "alive")
    # It was done, and Slurm began it anew before it had heard of that.
    if os.path.exists(ended):
        return
    with open(os.path.join(folder, "command.json")) as file:
        command = json.load(file)
    if command["empty"]:
        shutil.rmtree(command["empty"], ignore_errors=True)
        os.makedirs(command["empty"])
    start = time.monotonic()
    child = subprocess.Popen(
        command["argv"],
        env=environment(command["env"]),
        cwd=command["cwd"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    output = Output(child.stdout, command)
    status = wait(child, alive, command["silence"])
    report = {
        "code": status if status >= 0 else None,
        "signal": signal.Signals(-status).name if status < 0 else None,
        "seconds": time.monotonic() - start,
        "tail": output.end(),
    }
    # Whole or not there.
    with open(f"{ended}.part", "w") as file:
        json.dump(report, file)
    os.rename(f"{ended}.part", ended)


main()
