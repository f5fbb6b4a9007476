"""Starts a command that ends when the runner does, has no network, and is measured.

    python launch.py NOTE PARENT COMMAND…

Linux ends it when its parent, the process PARENT (`-`: whichever started it), has ended, in whichever way,
and gives it a network of its own with nothing in it. NOTE is a file that says whether that went: {"network": "none"} or {"network": "as the machine's"}.
Where the system is another one, or does not allow it, the command runs all the same.

A process beside it (energy.py) adds to the note what the command takes of electricity. Whatever becomes of
that one, the command is not touched.
"""

import ctypes
import json
import os
import resource
import signal
import sys

PR_SET_PDEATHSIG = 1
CLONE_NEWUSER = 0x10000000
CLONE_NEWNET = 0x40000000


def without_network(libc):
    """A network of its own needs a user space of its own, in which this user is who it was."""
    user, group = os.getuid(), os.getgid()
    if libc.unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0:
        return False
    for name, text in (
        ("setgroups", "deny"),
        ("uid_map", f"{user} {user} 1"),
        ("gid_map", f"{group} {group} 1"),
    ):
        try:
            with open(f"/proc/self/{name}", "w") as file:
                file.write(text)
        except OSError:
            pass
    return True


def measure(path, note):
    """Starts what measures, as a child of the command's process, with which it ends."""
    command = os.getpid()
    if os.fork() != 0:
        return
    try:
        if sys.platform == "linux":
            ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        nowhere = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(nowhere, stream)
        import energy

        energy.watch(path, note, lambda: os.getppid() == command)
    finally:
        os._exit(0)


def main():
    note, parent, command = sys.argv[1], sys.argv[2], sys.argv[3:]
    cut = False
    if sys.platform == "linux":
        libc = ctypes.CDLL(None, use_errno=True)
        cut = without_network(libc)
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        # It may have ended before that was asked for.
        if parent not in ("-", str(os.getppid())):
            sys.exit("The runner has ended.")
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    told = {"network": "none" if cut else "as the machine's"}
    with open(note, "w") as file:
        json.dump(told, file)
    try:
        measure(note, told)
    except OSError:
        # There is no room for another process.
        pass
    os.execv(command[0], command)


main()
