"""What a run takes of electricity, as the counters of its machine say: RAPL for processors, NVML for GPUs.

launch.py starts `watch` beside a command. It reads the counters once a second, for they begin again at
their end, and writes down what they say so far: a command that is killed leaves as much as one that ends.
Whatever is not there or may not be read is null. Nothing here is estimated: the runner does that.
"""

import ctypes
import glob
import json
import os
import time

# Seconds between two looks at the counters.
LOOK = 1

# Looks are written down when the last one written is older than this part of the time so far, or a second.
STALE = 0.01

NVML = "libnvidia-ml.so.1"


def read(*parts):
    """The text of a file, or None."""
    try:
        with open(os.path.join(*parts)) as file:
            return file.read().strip()
    except (OSError, UnicodeDecodeError):
        return None


def number(*parts):
    """The whole number in a file, or None."""
    text = read(*parts)
    return int(text) if text is not None and text.isdecimal() else None


class Domain:
    """A RAPL domain: microjoules that begin again at 0 above their range."""

    def __init__(self, folder):
        self.folder = folder
        self.range = number(folder, "max_energy_range_uj")
        self.last = number(folder, "energy_uj")
        self.joules = None if self.last is None else 0.0

    def look(self, _seconds):
        if self.joules is None:
            return
        now = number(self.folder, "energy_uj")
        if now is None or (now < self.last and not self.range):
            self.joules = None
            return
        self.joules += (now - self.last + (self.range if now < self.last else 0)) / 1e6
        self.last = now


def domains(sysfs):
    """Processors (`package`), and the memory beside them (`dram`), which is no part of a package.

    The other domains are parts of a package, or hold it (`psys`): they would be counted twice.
    """
    found = {"package": [], "dram": []}
    for folder in sorted(glob.glob(os.path.join(sysfs, "class/powercap/intel-rapl:*"))):
        name = read(folder, "name") or ""
        kind = "package" if name.startswith("package") else name
        depth = os.path.basename(folder).count(":")
        if (kind, depth) in (("package", 1), ("dram", 2)):
            found[kind].append(Domain(folder))
    return found


def total(meters):
    """Joules of all together; None where one is not known, or there is none."""
    joules = [meter.joules for meter in meters]
    return sum(joules) if joules and None not in joules else None


class Gpu:
    """A GPU, by its energy counter (mJ, from Volta on), else by its power, asked at each look."""

    def __init__(self, nvml, handle):
        self.nvml, self.handle = nvml, handle
        self.name = nvml.text("nvmlDeviceGetName", handle)
        self.uuid = nvml.text("nvmlDeviceGetUUID", handle) or ""
        limit = nvml.value("nvmlDeviceGetEnforcedPowerLimit", ctypes.c_uint, handle)
        self.watts = None if limit is None else limit / 1000
        self.how, self.joules, self.seconds = None, None, 0.0
        for how, self.last in (("counter", self.energy()), ("power", self.power())):
            if self.last is not None:
                self.how, self.joules = how, 0.0
                break

    def energy(self):
        return self.nvml.value("nvmlDeviceGetTotalEnergyConsumption", ctypes.c_ulonglong, self.handle)

    def power(self):
        return self.nvml.value("nvmlDeviceGetPowerUsage", ctypes.c_uint, self.handle)

    def look(self, seconds):
        if self.joules is None:
            return
        now = self.energy() if self.how == "counter" else self.power()
        # A counter that went back was set to 0 in between, by a driver that was loaded anew.
        if now is None or (self.how == "counter" and now < self.last):
            self.how, self.joules = None, None
            return
        if self.how == "counter":
            self.joules += (now - self.last) / 1000
        else:
            self.joules += (self.last + now) / 2000 * (seconds - self.seconds)
        self.last, self.seconds = now, seconds

    def told(self):
        return {"name": self.name, "how": self.how, "joules": self.joules, "watts": self.watts}


class Nvml:
    """The library of NVIDIA's driver. OSError where there is none."""

    def __init__(self, library):
        self.library = ctypes.CDLL(library)
        if self.library.nvmlInit_v2() != 0:
            raise OSError("NVML does not start")

    def value(self, function, kind, handle=None):
        """What a function writes behind its last argument; None where it fails."""
        value = kind()
        words = [ctypes.byref(value)] if handle is None else [handle, ctypes.byref(value)]
        try:
            failed = getattr(self.library, function)(*words)
        except AttributeError:
            return None
        return None if failed else value.value

    def text(self, function, handle=None):
        value = ctypes.create_string_buffer(96)
        words = [value, ctypes.c_uint(96)]
        try:
            failed = getattr(self.library, function)(*([] if handle is None else [handle]), *words)
        except AttributeError:
            return None
        return None if failed else value.value.decode(errors="replace")

    def gpus(self):
        found = []
        for i in range(self.value("nvmlDeviceGetCount_v2", ctypes.c_uint) or 0):
            handle = ctypes.c_void_p()
            if self.library.nvmlDeviceGetHandleByIndex_v2(ctypes.c_uint(i), ctypes.byref(handle)) == 0:
                found.append(Gpu(self, handle))
        return found


def visible(setting, gpus):
    """Those that CUDA_VISIBLE_DEVICES names, by index or by the beginning of a UUID; None: all.

    As for CUDA, a word that names none ends the list.
    """
    if setting is None:
        return gpus
    chosen = []
    for word in setting.split(","):
        word = word.strip()
        named = [
            gpu
            for i, gpu in enumerate(gpus)
            if word == str(i) or (word.startswith("GPU-") and gpu.uuid.startswith(word))
        ]
        if len(named) != 1:
            break
        chosen += named
    return chosen


def cores(sysfs, allowed):
    """Of these processors, as the system counts them, those that are no second thread of another."""
    place = os.path.join(sysfs, "devices/system/cpu")
    return len({read(place, f"cpu{i}/topology/thread_siblings_list") or i for i in allowed})


def memory(sysfs="/sys", proc="/proc"):
    """Bytes of memory: the machine's, or what the nearest of our control groups (v2) allows. Or None."""
    lines = (read(proc, "meminfo") or "").splitlines()
    kib = [line.split()[1] for line in lines if line.startswith("MemTotal:")]
    limits = [int(kib[0]) * 1024] if kib else []
    group = next((s[3:] for s in (read(proc, "self/cgroup") or "").splitlines() if s.startswith("0::")), "")
    while group.strip("/"):
        limit = number(sysfs, "fs/cgroup", group.strip("/"), "memory.max")
        limits += [] if limit is None else [limit]
        group = os.path.dirname(group.rstrip("/"))
    return min(limits, default=None)


def allowed():
    if hasattr(os, "sched_getaffinity"):
        return os.sched_getaffinity(0)
    return range(os.cpu_count() or 1)


def write(path, note):
    """Whole or not there."""
    with open(f"{path}.part", "w") as file:
        json.dump(note, file)
    os.replace(f"{path}.part", path)


def watch(path, note, goes_on, sysfs="/sys", nvml=NVML, clock=time.monotonic, sleep=time.sleep):
    """Keeps `note`, and beside it what was taken so far as "energy", in the file `path`.

    Joules, seconds, bytes and watts; null is unknown.
    """
    start = clock()
    found = domains(sysfs)
    energy = {
        "seconds": 0.0,
        "cores": cores(sysfs, allowed()),
        "memory": memory(sysfs),
        "cpu": None,
        "dram": None,
        "driver": None,
        "gpus": [],
    }
    # Should the driver's library never come back, or break, this is there all the same.
    write(path, {**note, "energy": energy})
    gpus = []
    try:
        driver = Nvml(nvml)
        gpus = visible(os.environ.get("CUDA_VISIBLE_DEVICES"), driver.gpus())
        energy["driver"] = driver.text("nvmlSystemGetDriverVersion")
    except (OSError, AttributeError):
        pass
    written = 0.0
    while goes_on():
        sleep(LOOK)
        seconds = clock() - start
        for meter in [*found["package"], *found["dram"], *gpus]:
            meter.look(seconds)
        if seconds - written < max(LOOK, seconds * STALE):
            continue
        written = seconds
        energy.update(
            seconds=seconds,
            cpu=total(found["package"]),
            dram=total(found["dram"]),
            gpus=[gpu.told() for gpu in gpus],
        )
        write(path, {**note, "energy": energy})
